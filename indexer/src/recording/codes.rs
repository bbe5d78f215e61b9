//! The codes of ISO 639-2, under which media files and their names state languages, with those of ISO 639-1 and Whisper's.

/// Both kinds of ISO 639-2 codes (`deu` and `ger`) with their ISO 639-1 codes, for the languages that Whisper knows.
pub(super) const THREE_LETTERS: &str = "\
    afr=af amh=am ara=ar asm=as aze=az bel=be ben=bn bos=bs bre=br bul=bg cat=ca ces=cs cze=cs cym=cy wel=cy \
    dan=da deu=de ger=de ell=el gre=el eng=en est=et eus=eu baq=eu fao=fo fas=fa per=fa fin=fi fra=fr fre=fr \
    glg=gl guj=gu hat=ht hau=ha heb=he hin=hi hrv=hr hun=hu hye=hy arm=hy ind=id isl=is ice=is ita=it jpn=ja \
    kan=kn kat=ka geo=ka kaz=kk khm=km kor=ko lao=lo lav=lv lin=ln lit=lt ltz=lb mal=ml mar=mr mkd=mk mac=mk \
    mlt=mt mon=mn mri=mi mao=mi msa=ms may=ms mya=my bur=my nep=ne nld=nl dut=nl nno=nn nob=nb nor=no oci=oc \
    pan=pa pol=pl por=pt pus=ps ron=ro rum=ro rus=ru sin=si slk=sk slo=sk slv=sl sna=sn snd=sd som=so spa=es \
    sqi=sq alb=sq srp=sr swa=sw swe=sv tam=ta tat=tt tel=te tgk=tg tgl=tl tha=th tuk=tk tur=tr ukr=uk urd=ur \
    uzb=uz vie=vi yid=yi yor=yo zho=zh chi=zh";

/// Other codes with those that Whisper has for the same language; some mean something else in the name of a file.
pub(super) const RECOGNISED: &str = "\
    bak=ba bod=bo fil=tl iw=he jav=jw jv=jw lat=la mlg=mg nb=no san=sa sun=su tib=bo";
