//! What is typed, how it is understood, and what is said about it.

use proptest::prelude::*;

use super::*;
use crate::query::{REACH_WORDS, Reach};

#[track_caller]
fn check(input: &str, understood: &str, codes: &[&str]) {
    let parsed = parse(input);
    let found: Vec<_> = parsed.notes.iter().map(|note| note.code).collect();
    assert_eq!((parsed.query.to_string().as_str(), found.as_slice()), (understood, codes), "{input:?}");
    assert_eq!(parse(understood).query, parsed.query, "{input:?} is not read again as {understood:?}");
}

#[test]
fn words_phrases_and_exclusions() {
    for (input, understood) in [
        ("", ""),
        (" \u{7}\t ", ""),
        ("volunteers \"local museum\" -budget", "volunteers \"local museum\" -budget"),
        ("-\"a phrase\" word", "-\"a phrase\" word"),
        ("Cost, cost COST!", "Cost"),
        ("\"cost\" cost", "cost"),
        ("“local museum” „zwei Worte“ «deux mots»", "\"local museum\" \"zwei Worte\" \"deux mots\""),
        ("state-of-the-art a-b", "\"state of the art\" \"a b\""),
        ("-a-b c", "-\"a b\" c"),
        ("--x y", "-x y"),
        ("don't don’t", "don't"),
        // A mark that stands alone.
        ("\"x \u{711}, 8\"", "\"x \u{711} 8\""),
        ("東京都 GLAMの", "\"東京都\" \"GLAMの\""),
        ("\"or\" or \"OR\"", "or"),
        ("\"OR\" x", "\"OR\" x"),
        ("foo\"bar baz\"qux", "foo \"bar baz\" qux"),
        ("12:30 EU:s", "\"12 30\" \"EU:s\""),
        ("tv:n SVT:s", "\"tv:n\" \"SVT:s\""),
        ("צה\"ל", "צה״ל"),
        ("naïve naive", "naïve naive"),
        ("a –b —c −d ﹣e －f (‐g h)", "a -b -c -d -e -f -g h"),
        ("a –\"b c\" –(d e)", "a -\"b c\" -(d e)"),
        ("1990–2000 a—b", "\"1990 2000\" \"a b\""),
        ("\u{200F}-a \u{FEFF}b \u{202B}-c\u{202C} m\u{200E}use", "-a b -c muse"),
        ("a （b OR c）", "a (b OR c)"),
        ("박물관 \"서울 학교에서\" 서 exact:학교 서울Museum", "박물관* \"서울* 학교에서*\" 서 exact:학교 서울Museum"),
    ] {
        check(input, understood, &[]);
    }
}

#[test]
fn operators() {
    for (input, understood) in [
        ("cats OR dogs", "cats OR dogs"),
        ("the cats OR dogs OR cats bark", "the (cats OR dogs) bark"),
        ("(cats dogs) OR mice", "(cats dogs) OR mice"),
        ("((cats)) ((dogs OR (mice OR rats)))", "cats (dogs OR mice OR rats)"),
        ("(the (cats) dogs)", "the cats dogs"),
        ("-(cats dogs) (x)", "-(cats dogs) x"),
        ("-(cats OR \"big dogs\") x", "-(cats OR \"big dogs\") x"),
        ("x -(-y)", "x -(-y)"),
        ("x (a OR -b)", "x (a OR -b)"),
        ("fund* \"fund* of\" \"the muse*\"", "fund* \"fund* of\" \"the muse*\""),
        ("word~ word~1 word~2 \"a word~ b\"", "word~ word~2 \"a word~ b\""),
        ("state-of* word~0", "\"state of*\" word"),
        ("\"a b c\"~3", "\"a b c\"~3"),
        ("a NEAR/3 b NEAR/3 c", "\"a b c\"~3"),
        ("a NEAR/0 \"b c\" x", "a NEAR/0 \"b c\" x"),
        ("-a NEAR/2 \"b c\" x", "-(a NEAR/2 \"b c\") x"),
        ("x -\"a b\"~2", "x -\"a b\"~2"),
        ("(gift OR present) NEAR/5 museum", "\"gift museum\"~5 OR \"present museum\"~5"),
        ("a NEAR/2 b OR c", "\"a b\"~2 OR c"),
        ("\"word\"~4", "word"),
        ("\"東京 museum\"~2", "\"東京\" NEAR/2 museum"),
        ("exact:Word exact:\"two words\" exact:\"a b\"~2", "exact:Word exact:\"two words\" exact:\"a b\"~2"),
        ("exact:a NEAR/2 b", "exact:a NEAR/2 b"),
        ("within:90s a within:90s", "a within:90s"),
        ("mus＊ ですよ～", "mus* \"ですよ\""),
        ("a within:2m", "a within:120s"),
        ("a within:1h", "a within:3600s"),
        ("a within:20S", "a within:20s"),
        ("a within:150w", "a"),
        ("a within:1500ms", "a within:1500ms"),
    ] {
        check(input, understood, &[]);
    }
}

#[test]
fn filters() {
    for (input, understood) in [
        ("speaker:\"Ann Lee\" lang:sv-SE cost", "cost speaker:\"Ann Lee\" lang:sv"),
        ("lang:swe lang:Deu lang:yue trust:GOOD", "lang:sv lang:de lang:yue trust:good"),
        ("-Speaker:Ann cost Speaker:Bo speaker:Bo", "cost -speaker:Ann speaker:Bo"),
        ("\u{200F}speaker：ann \u{200E}–title:b", "speaker:ann -title:b"),
        ("date:2020-02-29 date:2000-02-29..2000-02-29", "date:2020-02-29 date:2000-02-29"),
        ("title:a people:\"b c\" place:d folder:/x/y", "title:a people:\"b c\" place:d folder:/x/y"),
        (
            "date:2021..2022-05 date:2021 date:..2020 date:2020..",
            "date:2021..2022-05 date:2021 date:..2020 date:2020..",
        ),
        (
            "after:2021-05-31 before:2022 trust:doubtful -trust:good",
            "after:2021-05-31 before:2022 trust:doubtful -trust:good",
        ),
    ] {
        check(input, understood, &[]);
    }
}

#[test]
fn what_is_not_honoured_is_said() {
    for (input, understood, codes) in [
        ("\"never closed", "\"never closed\"", &["unclosed_quote"][..]),
        ("word \"", "word", &["unclosed_quote", "no_letters"]),
        ("a - b", "a b", &["lone_dash"]),
        ("-", "", &["lone_dash"]),
        ("-only", "-only", &["nothing_required"]),
        ("within:5s", "within:5s", &["nothing_required"]),
        ("a – b", "a b", &["no_letters"]),
        ("*seum mus*um ~a", "seum \"mus um\" a", &["sign_left_out"]),
        ("mus?um why?", "\"mus um\" why", &["sign_left_out"]),
        ("museum || budget | cost", "museum budget cost", &["or_is_written"]),
        ("title: cost Speaker:", "title cost Speaker", &["space_after_colon"]),
        ("\"the * museum\"", "\"the museum\"", &["sign_left_out"]),
        ("title:mus* -speaker:ann~ people:b~2", "title:mus* -speaker:ann~ people:b~2", &["sign_left_out"]),
        ("a NEAR b", "a NEAR b", &["not_an_operator"]),
        ("a near/5 b ADJ/2 c ADJ d", "a \"near 5\" b \"ADJ 2\" c ADJ d", &["not_an_operator"]),
        ("+a !b +46 C++ near", "a b 46 C near", &["not_an_operator"]),
        ("(a (b", "a b", &["unpaired_parenthesis"]),
        ("a) b", "a b", &["unpaired_parenthesis"]),
        ("within:40w a within:90s", "a within:90s", &["within_twice"]),
        ("date:2021-13 after:2012-02-31 before:1900-02-29 date:2022..2021 x", "x", &["filter_value"]),
        ("speaker:\"Ann Lee", "speaker:\"Ann Lee\"", &["unclosed_quote"]),
        ("a OR -b", "a OR -b", &["exclusion_alone"]),
        ("*** &", "", &["no_letters"]),
        ("exact:fund* exact:\"a b~\"", "exact:fund exact:\"a b\"", &["exact_form"]),
        ("word~7", "word~2", &["changes_cut"]),
        ("\"a b\"~", "\"a b\"", &["no_distance"]),
        ("\"a b\"~999", "\"a b\"~100", &["distance_cut"]),
        ("a NEAR/2 b NEAR/5 c", "\"a b c\"~5", &["near_distances"]),
        ("(a b) NEAR/3 c", "a b c", &["near_group"]),
        ("OR a OR OR b OR", "a OR b", &["lone_operator"]),
        ("NEAR/3 a NEAR/3", "a", &["lone_operator"]),
        ("a NEAR/3 -b", "a -b", &["lone_operator"]),
        ("cats AND dogs", "cats dogs", &["and_not_needed"]),
        ("cats NOT dogs", "cats NOT dogs", &["not_is_a_word"]),
        ("(speaker:Ann a) OR b", "a OR b speaker:Ann", &["filter_in_group"]),
        ("lang:swedish date:May within:far trust:me x", "x", &["filter_value"]),
        ("spaeker:Ann", "\"spaeker Ann\"", &["unknown_field"]),
        ("spaeker:bo", "\"spaeker bo\"", &["unknown_field"]),
        ("a within:0w", "a within:1w", &["reach_cut"]),
    ] {
        check(input, understood, codes);
    }
    let message = |input: &str| parse(input).notes.remove(0).message;
    assert!(message("spaeker:Ann").contains("did you mean speaker:?"));
    for unlike in ["camera:Lund", "file:xyz", "note:xyz", "ann:xyz"] {
        assert!(!message(unlike).contains("did you mean"), "{unlike:?}");
    }
    let note = message("lang:swedish date:May trust:me within:far x");
    assert!(note.starts_with("lang:swedish, date:May, trust:me and 1 more was left out"), "{note}");
}

#[test]
fn limits_are_said() {
    let codes = |parsed: &Parsed| parsed.notes.iter().map(|note| note.code).collect::<Vec<_>>();
    let many = (0..10_000).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
    let parsed = parse(&many);
    assert_eq!((parsed.query.asked.len(), codes(&parsed)), (64, vec!["too_long", "too_many_parts"]));
    let parsed = parse(&format!("{}{}", "again (other again) ".repeat(50), &many[..150]));
    assert_eq!((parsed.query.asked.len(), codes(&parsed)), (42, vec![]));
    let parsed = parse(&format!("\"{}\"", "so ".repeat(200)));
    let [Node::Part(part)] = parsed.query.asked.as_slice() else { panic!("a phrase") };
    assert_eq!((part.operands()[0].len(), codes(&parsed)), (REACH_WORDS as usize, vec!["phrase_cut"]));
    check(&"(".repeat(9_999), "", &["too_deep", "unpaired_parenthesis"]);
    let deep = format!("{}word{} other", "(".repeat(500), ")".repeat(500));
    check(&deep, "word other", &["too_deep"]);
    let pairs = (0..7).map(|number| format!("(a{number} OR b{number})")).collect::<Vec<_>>().join(" ");
    assert_eq!(codes(&parse(&pairs)), ["too_many_alternatives"]);
    assert_eq!(codes(&parse(&pairs.replace(") (", ") NEAR/2 ("))), ["too_many_alternatives"]);
    let near = format!("\"{}\"~3", ('a'..='z').map(String::from).collect::<Vec<_>>().join(" "));
    assert_eq!(codes(&parse(&near)), ["near_cut"]);
    assert_eq!(parse("a within:99999999999s").query.reach, Reach::Time(crate::time::Millis::from_seconds(3600)));
}

proptest! {
    #[test]
    fn what_is_shown_is_read_as_the_same_query(
        input in prop_oneof![
            any::<String>(),
            "([a-cA-C]{1,3}|OR|AND|NOT|NEAR/3|title:|exact:|\"|\\\\|–|학교|-|~2|\\*|\\(|\\)|'|’|:|東京|ไทย|\u{301}|\u{202F}|½| ){0,20}",
            "([a-c]| OR | NEAR/[12] | |-|\\(|\\)|\"a b\"|\"a b\"~2|b\\*|c~|exact:a|speaker:b|-lang:sv|within:9w|date:2021\\.\\.){0,30}",
        ]
    ) {
        let query = parse(&input).query;
        prop_assert_eq!(&parse(&query.to_string()).query, &query);
    }

    #[test]
    fn any_bytes_are_a_query(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&String::from_utf8_lossy(&bytes));
    }
}
