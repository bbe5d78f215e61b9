/**
 * A page that plays a file and says what `currentTime` the player shows when a sound starts.
 *
 * The sound is taken from the element by Web Audio and looked at sample by sample, so its start is known on the clock
 * of the audio context. What the player shows at that moment is the median of some hundred looks at both clocks, each
 * of which may be 3 ms old.
 */

/** Runs in the page's audio thread. */
export const WORKLET = `registerProcessor('onsets', class extends AudioWorkletProcessor {
  quiet = sampleRate;
  process([[samples]]) {
    const loud = (sample) => Math.abs(sample) > 0.3;
    for (let at = 0; samples && at < samples.length; at++) {
      if (!loud(samples[at])) this.quiet++;
      else {
        if (this.quiet > 0.3 * sampleRate) this.port.postMessage((currentFrame + at) / sampleRate);
        this.quiet = 0;
      }
    }
    return true;
  }
});`;

/**
 * Runs in the page: plays a file from some time to its end.
 * @param {{ url: string, from_s: number }} asked
 * @returns {Promise<number[]>} when sound starts, in seconds
 */
export async function listen({ url, from_s }) {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.audioWorklet.addModule('/worklet.js');
  const media = document.createElement('video');
  media.src = url;
  const ear = new AudioWorkletNode(context, 'onsets');
  /** @type {number[]} */
  const heard = [];
  ear.port.onmessage = ({ data }) => heard.push(data);
  context.createMediaElementSource(media).connect(ear).connect(context.destination);

  /** @type {[number, number][]} */
  const clocks = [];
  const looking = setInterval(() => {
    if (!media.paused && !media.seeking && media.readyState > 2) clocks.push([context.currentTime, media.currentTime]);
  }, 4);
  try {
    await new Promise((resolve, reject) => {
      media.onended = resolve;
      media.onerror = () => reject(new Error(media.error?.message));
      const play = () => media.play().catch(reject);
      media.onseeked = play;
      media.onloadedmetadata = from_s > 0 ? () => (media.currentTime = from_s) : play;
      setTimeout(() => reject(new Error(`${url} stands at ${media.currentTime} s after a minute`)), 60_000);
    });
  } finally {
    clearInterval(looking);
    await context.close();
  }
  return heard.map((at) => {
    const ahead = clocks.filter(([now]) => Math.abs(now - at) < 0.5).map(([now, shown]) => now - shown);
    return at - ahead.sort((a, b) => a - b)[Math.floor(ahead.length / 2)];
  });
}

/**
 * Runs in the page: lets the browser itself record beeps at about 1, 2.2 and 3.4 s.
 * @param {string} type
 * @returns {Promise<number[]>} the file
 */
export async function record(type) {
  const context = new AudioContext({ sampleRate: 48_000 });
  const [tone, gate, out] = [new OscillatorNode(context, { frequency: 1000 }), new GainNode(context, { gain: 0 }),
    new MediaStreamAudioDestinationNode(context, { channelCount: 1 })];
  tone.connect(gate).connect(out);
  const recorder = new MediaRecorder(out.stream, { mimeType: type });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start(500);
  tone.start();
  for (const at of [1, 2.2, 3.4]) {
    gate.gain.setValueAtTime(0.8, context.currentTime + at).setValueAtTime(0, context.currentTime + at + 0.05);
  }
  await new Promise((resolve) => setTimeout(resolve, 4500));
  await new Promise((resolve) => {
    recorder.onstop = resolve;
    recorder.stop();
  });
  await context.close();
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}
