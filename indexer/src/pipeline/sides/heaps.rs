//! A heap is the frames in which one of two people speaks: the levels of a recording's two channels, counted by their
//! difference and parted at the best cut (Otsu 1979).

/// Differences of level are counted in decibels up to this, either way.
const MOST: i16 = 60;

/// The number of steps of one decibel.
const STEPS: usize = 2 * MOST as usize + 1;

/// The levels of all frames so far, in constant memory.
#[derive(Debug)]
pub(super) struct Levels {
    /// The frames by their difference of level, right from left.
    steps: [Step; STEPS],
    count: u64,
}

/// Some frames: how many, and the sums of their levels, of the levels' squares and of their products.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    pub count: u64,
    left: f64,
    right: f64,
    left_squares: f64,
    right_squares: f64,
    products: f64,
}

/// The two heaps of frames on either side of a cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heaps {
    pub right: Step,
    pub left: Step,
    /// Where between them they are parted.
    pub cut: f64,
    /// How far they are apart.
    pub distance: f64,
}

impl Default for Levels {
    fn default() -> Self {
        Self { steps: [Step::default(); STEPS], count: 0 }
    }
}

impl Levels {
    /// Counts a frame by the levels of its left and right channel in decibels.
    pub(super) fn add(&mut self, [left, right]: [f64; 2]) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the steps")]
        let index = ((left - right).clamp(f64::from(-MOST), f64::from(MOST)) + f64::from(MOST)).round() as usize;
        let (left_squares, right_squares, products) = (left * left, right * right, left * right);
        let frame = Step { count: 1, left, right, left_squares, right_squares, products };
        self.steps[index] = self.steps[index].plus(frame);
        self.count += 1;
    }

    /// Returns how many frames there are.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Returns how many frames have channels that differ by so many decibels at most.
    pub(super) fn near(&self, decibels: i16) -> u64 {
        (-MOST..).zip(&self.steps).filter(|(step, _)| step.abs() <= decibels).map(|(_, step)| step.count).sum()
    }

    /// Returns the two heaps whose means are furthest apart for their weight; `None` when all frames are alike.
    pub(super) fn heaps(&self) -> Option<Heaps> {
        let total = self.steps.iter().fold(Step::default(), |sum, &step| sum.plus(step));
        let mut right = Step::default();
        let mut best: Option<(f64, Heaps)> = None;
        for &step in &self.steps {
            right = right.plus(step);
            let left = total.minus(right);
            if right.count == 0 || left.count == 0 {
                continue;
            }
            let difference = |heap: Step| heap.means()[0] - heap.means()[1];
            let distance = difference(left) - difference(right);
            #[expect(clippy::cast_precision_loss, reason = "frames of days are far below 2^52")]
            let weight = left.count as f64 * right.count as f64 * distance * distance;
            if best.is_none_or(|(most, _)| weight > most) {
                let cut = f64::midpoint(difference(left), difference(right));
                best = Some((weight, Heaps { right, left, cut, distance }));
            }
        }
        best.map(|(_, heaps)| heaps)
    }
}

impl Heaps {
    /// Returns how far the two levels rise and fall together, -1 to 1 (Pearson), if both people spoke for as long; 1
    /// when one level never moves.
    pub(super) fn correlation(&self) -> f64 {
        let [left, right] = [self.left.means(), self.right.means()];
        let moves = [(left[0] - right[0]) / 2.0, (left[1] - right[1]) / 2.0];
        let [inside, other] = [self.left.spreads(), self.right.spreads()];
        let spread = |index: usize, between: f64| f64::midpoint(inside[index], other[index]) + between;
        let both = spread(0, moves[0] * moves[0]) * spread(1, moves[1] * moves[1]);
        if both > 0.0 { spread(2, moves[0] * moves[1]) / both.sqrt() } else { 1.0 }
    }
}

impl Step {
    fn plus(self, other: Self) -> Self {
        self.with(other, 1.0, self.count + other.count)
    }

    fn minus(self, other: Self) -> Self {
        self.with(other, -1.0, self.count - other.count)
    }

    fn with(self, other: Self, sign: f64, count: u64) -> Self {
        Self {
            count,
            left: self.left + sign * other.left,
            right: self.right + sign * other.right,
            left_squares: self.left_squares + sign * other.left_squares,
            right_squares: self.right_squares + sign * other.right_squares,
            products: self.products + sign * other.products,
        }
    }

    /// Returns the mean levels, left and right.
    pub(super) fn means(self) -> [f64; 2] {
        [self.left / self.frames(), self.right / self.frames()]
    }

    /// Returns the variances of the levels, left and right, and their covariance.
    fn spreads(self) -> [f64; 3] {
        let [left, right] = self.means();
        let mean = |sum: f64| sum / self.frames();
        let variance = |squares: f64, level: f64| (mean(squares) - level * level).max(0.0);
        [variance(self.left_squares, left), variance(self.right_squares, right), mean(self.products) - left * right]
    }

    fn frames(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "frames of days are far below 2^52")]
        let count = self.count.max(1) as f64;
        count
    }
}
