//! Configuration: each value with where it came from. Flag > `ALOUD_*` > `<library>/config.toml` > default.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indexer::pipeline::Channels;
use indexer::recording::Language;
use indexer::transcribe::whisper;

/// One thing that can be configured.
pub struct Key {
    /// Its name in `config.toml`, and with dashes as a flag.
    pub name: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// The default as a person would write it; what is empty is worked out by the program.
    pub default: &'static str,
    /// What it means, with its unit.
    pub help: &'static str,
}

/// Everything that can be configured, in the order in which `aloud config` shows it.
pub const KEYS: [Key; 17] = [
    Key { name: "models", variable: "ALOUD_MODELS", default: "", help: "the folder that holds models" },
    Key { name: "model", variable: "ALOUD_MODEL", default: "base", help: "the model that recognises speech" },
    Key {
        name: "languages",
        variable: "ALOUD_LANGUAGES",
        default: "",
        help: "languages that may be recognised, such as en,sv,fr; auto for all",
    },
    Key {
        name: "fast",
        variable: "ALOUD_FAST",
        default: "false",
        help: "recognise in less time with more errors: only what looks wrong is tried again; true or false",
    },
    Key {
        name: "glossary",
        variable: "ALOUD_GLOSSARY",
        default: "",
        help: "a file of names and terms that may be said, one a line, the most important first; about sixty are used",
    },
    Key {
        name: "channels",
        variable: "ALOUD_CHANNELS",
        default: "auto",
        help: "two channels are mixed (mix), a speaker each (split), or that only where each holds one person (auto)",
    },
    Key { name: "threads", variable: "ALOUD_THREADS", default: "", help: "recognition threads; empty for one a core" },
    Key {
        name: "segment_seconds",
        variable: "ALOUD_SEGMENT_SECONDS",
        default: "30",
        help: "the longest piece of work that a crash can cost, 30 to 300 seconds",
    },
    Key {
        name: "rest_seconds",
        variable: "ALOUD_REST_SECONDS",
        default: "10",
        help: "how long a file in a watched folder must stay as it is before it is taken, 0 to 3600 seconds",
    },
    Key {
        name: "rescan_seconds",
        variable: "ALOUD_RESCAN_SECONDS",
        default: "600",
        help: "how often watched folders are looked through even if nothing is told of them, 1 to 86400 seconds",
    },
    Key { name: "host", variable: "ALOUD_HOST", default: "127.0.0.1", help: "the address to listen on" },
    Key { name: "port", variable: "ALOUD_PORT", default: "25683", help: "the port to listen on; 0 for any free one" },
    Key {
        name: "hosts",
        variable: "ALOUD_HOSTS",
        default: "",
        help: "names under which browsers may reach the server, besides localhost, such as archive.example.org",
    },
    Key {
        name: "public_url",
        variable: "ALOUD_PUBLIC_URL",
        default: "",
        help: "the address that quoted links begin with, such as https://archive.example.org",
    },
    Key {
        name: "password_file",
        variable: "ALOUD_PASSWORD_FILE",
        default: "",
        help: "a file whose first line is the password that every request needs",
    },
    Key {
        name: "log",
        variable: "ALOUD_LOG",
        default: "warn",
        help: "what is logged: error, warn, info, debug, trace",
    },
    Key {
        name: "log_format",
        variable: "ALOUD_LOG_FORMAT",
        default: "text",
        help: "how it is logged: text, or json for programs, an object a line",
    },
];

/// The largest glossary, in bytes: many times what a model can remember.
const LARGEST_GLOSSARY: usize = 1 << 16;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// An environment variable, named here.
    Variable(&'static str),
    /// The library's `config.toml`.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// How it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// An object a line, for programs.
    Json,
}

/// All values, read and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that holds models.
    pub models: PathBuf,
    /// The name of the model that recognises speech.
    pub model: String,
    /// The languages that may be recognised; none for all.
    pub languages: Vec<Language>,
    /// Whether recognition spends less time.
    pub fast: bool,
    /// The file of names and terms that may be said; read by what recognises, with [`Config::glossary`].
    glossary: Option<PathBuf>,
    /// What becomes of two channels.
    pub channels: Channels,
    /// Recognition threads.
    pub threads: usize,
    /// The longest segment, seconds.
    pub segment_seconds: u32,
    /// How long a file in a watched folder must stay as it is before it is taken.
    pub rest: Duration,
    /// How often watched folders are looked through even if nothing is told of them.
    pub rescan: Duration,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on.
    pub port: u16,
    /// Names under which browsers may reach the server.
    pub hosts: Vec<String>,
    /// What quoted links begin with.
    pub public_url: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<PathBuf>,
    /// The log filter.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Each key with its value as text and its origin.
    pub origins: Vec<(&'static str, String, Origin)>,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What and where.
        message: String,
    },
    /// A key that does not exist.
    #[error("{}: there is no setting {key:?}; did you mean {nearest:?}?", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// What stands there.
        key: String,
        /// The nearest that exists.
        nearest: &'static str,
    },
    /// A value that means nothing.
    #[error("{key} = {value:?} (from {origin}): {problem}")]
    Value {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// Where it came from.
        origin: Origin,
        /// What is wrong with it.
        problem: String,
    },
}

/// What the sources of values say, before anybody has looked at what they mean.
pub struct Sources<'a> {
    /// Values of flags by key.
    pub flags: &'a BTreeMap<&'static str, String>,
    /// Reads an environment variable; tests give their own.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The library's `config.toml`, which need not exist.
    pub file: &'a Path,
}

impl Config {
    /// Reads all values.
    ///
    /// # Errors
    /// When the file cannot be read or holds unknown keys, or when a value means nothing.
    pub fn load(sources: &Sources<'_>) -> Result<Self, ConfigError> {
        let file = read_file(sources.file)?;
        let mut origins = Vec::with_capacity(KEYS.len());
        for key in &KEYS {
            let (value, origin) = if let Some(value) = sources.flags.get(key.name) {
                (value.clone(), Origin::Flag)
            } else if let Some(value) = (sources.variable)(key.variable) {
                (value, Origin::Variable(key.variable))
            } else if let Some(value) = file.get(key.name) {
                (value.clone(), Origin::File(sources.file.to_owned()))
            } else {
                (key.default.to_owned(), Origin::Default)
            };
            origins.push((key.name, value, origin));
        }
        let values = Values { origins: &mut origins };
        values.into_config(sources)
    }

    /// Returns whether somebody gave a value for a key.
    #[must_use]
    pub fn is_given(&self, key: &str) -> bool {
        self.origins.iter().any(|(name, _, origin)| *name == key && *origin != Origin::Default)
    }

    /// Returns whether a value for a key stands on the command line.
    #[must_use]
    pub fn is_flag(&self, key: &str) -> bool {
        self.origins.iter().any(|(name, _, origin)| *name == key && *origin == Origin::Flag)
    }

    /// Reads the names and terms that may be said, one a line; none when no file is set.
    ///
    /// # Errors
    /// When the file cannot be read, is not text or is too long.
    pub fn glossary(&self) -> Result<String, ConfigError> {
        let Some(path) = &self.glossary else { return Ok(String::new()) };
        let wrong = |problem: &str| wrong(&self.origins, "glossary", problem);
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong(&format!("{}: {error}; give a text file with a name a line", path.display())))?;
        read_glossary(&text).map(str::to_owned).map_err(wrong)
    }
}

/// Returns the names and terms of a glossary as it was given, or what is wrong with it.
///
/// # Errors
/// When it is too long or not text.
pub fn read_glossary(text: &str) -> Result<&str, &'static str> {
    if text.len() > LARGEST_GLOSSARY {
        return Err("it is too long; keep about sixty names, one a line");
    }
    if text.contains('\0') {
        return Err("it is not text, for it holds NUL bytes; save it as UTF-8");
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads values out of the raw texts, and writes worked-out defaults back for `aloud config` to show.
struct Values<'a> {
    origins: &'a mut Vec<(&'static str, String, Origin)>,
}

impl Values<'_> {
    fn text(&self, key: &str) -> &str {
        self.origins.iter().find(|(name, ..)| *name == key).map_or("", |(_, value, _)| value)
    }

    fn optional(&self, key: &str) -> Option<String> {
        Some(self.text(key).to_owned()).filter(|text| !text.is_empty())
    }

    /// Returns where a file or folder is: what `config.toml` says of it is meant from there.
    fn path(&self, key: &str) -> Option<PathBuf> {
        let (_, value, origin) = self.origins.iter().find(|(name, value, _)| *name == key && !value.is_empty())?;
        Some(match origin {
            Origin::File(file) => file.parent().unwrap_or(Path::new("")).join(value),
            _ => value.into(),
        })
    }

    fn parse<T: std::str::FromStr<Err: fmt::Display>>(&self, key: &'static str) -> Result<T, ConfigError> {
        self.text(key).parse().map_err(|error: T::Err| self.wrong(key, &error.to_string()))
    }

    fn number<T>(&self, key: &'static str, within: RangeInclusive<T>) -> Result<T, ConfigError>
    where
        T: std::str::FromStr + PartialOrd + fmt::Display,
    {
        let number = self.text(key).parse().ok().filter(|number| within.contains(number));
        number.ok_or_else(|| self.wrong(key, &format!("give {} to {}", within.start(), within.end())))
    }

    fn wrong(&self, key: &'static str, problem: &str) -> ConfigError {
        wrong(self.origins, key, problem)
    }

    fn list(&self, key: &str) -> Vec<String> {
        self.text(key).split([',', ' ']).map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }

    fn fill(&mut self, key: &str, value: impl fmt::Display) {
        for row in self.origins.iter_mut().filter(|(name, value, _)| *name == key && value.is_empty()) {
            row.1 = value.to_string();
        }
    }

    fn languages(&self) -> Result<Vec<Language>, ConfigError> {
        let tags = self.list("languages");
        if tags == ["auto"] {
            return Ok(Vec::new());
        }
        let wrong = |problem: &str| self.wrong("languages", problem);
        let language = |tag: &String| {
            let language = tag.parse::<Language>().map_err(|error| wrong(&error.to_string()))?.recognised();
            let unknown = || wrong(&format!("Whisper does not know {language}; codes are like en, sv, fr"));
            whisper::knows(language).then_some(language).ok_or_else(unknown)
        };
        tags.iter().map(language).collect()
    }

    fn into_config(mut self, sources: &Sources<'_>) -> Result<Config, ConfigError> {
        self.fill("threads", cores());
        self.fill("models", default_models(sources.variable).display());
        let config = Config {
            models: self.path("models").unwrap_or_default(),
            model: self.parse("model")?,
            languages: self.languages()?,
            fast: self.parse("fast").map_err(|_| self.wrong("fast", "give true or false"))?,
            glossary: self.path("glossary"),
            channels: self.parse("channels")?,
            threads: self.number("threads", 1..=256)?,
            segment_seconds: self.number("segment_seconds", 30..=300)?,
            rest: Duration::from_secs(self.number("rest_seconds", 0..=3600)?),
            rescan: Duration::from_secs(self.number("rescan_seconds", 1..=86_400)?),
            host: self.parse("host")?,
            port: self.number("port", 0..=u16::MAX)?,
            hosts: self.list("hosts"),
            public_url: self.optional("public_url").map(|url| url.trim_end_matches('/').to_owned()),
            password_file: self.path("password_file"),
            log: self.parse("log")?,
            log_format: match self.text("log_format") {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return Err(self.wrong("log_format", "give text or json")),
            },
            origins: Vec::new(),
        };
        Ok(Config { origins: std::mem::take(self.origins), ..config })
    }
}

/// Returns what is wrong with the value of a key.
fn wrong(origins: &[(&'static str, String, Origin)], key: &'static str, problem: &str) -> ConfigError {
    let row = origins.iter().find(|(name, ..)| *name == key);
    let (value, origin) = row.map_or((String::new(), Origin::Default), |(_, v, o)| (v.clone(), o.clone()));
    ConfigError::Value { key, value, origin, problem: problem.to_owned() }
}

/// Reads `config.toml` as texts by key; a file that is not there says nothing.
fn read_file(path: &Path) -> Result<BTreeMap<&'static str, String>, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(BTreeMap::new());
        }
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
    };
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| ConfigError::Syntax { path: path.to_owned(), message: error.to_string() })?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            let nearest = KEYS
                .iter()
                .max_by(|a, b| strsim::jaro_winkler(a.name, &name).total_cmp(&strsim::jaro_winkler(b.name, &name)));
            let nearest = nearest.map_or("", |key| key.name);
            return Err(ConfigError::UnknownKey { path: path.to_owned(), key: name, nearest });
        };
        values.insert(key.name, plain_text(&value));
    }
    Ok(values)
}

/// Returns a TOML value as it would be written in an environment variable.
fn plain_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(values) => values.iter().map(plain_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Returns how many cores there are to use; the second thread of a core adds nothing to matrix products.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(num_cpus::get_physical())
}

/// Returns the folder for models: the user's cache folder.
fn default_models(variable: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    user_folder(variable, "XDG_CACHE_HOME", ".cache").join("models")
}

/// Returns the library that is used when nobody names one: the user's data folder.
#[must_use]
pub fn default_library(variable: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    user_folder(variable, "XDG_DATA_HOME", ".local/share")
}

/// Returns our folder in one of the user's base folders (XDG Base Directory Specification 0.8).
fn user_folder(variable: &dyn Fn(&str) -> Option<String>, base: &str, fallback: &str) -> PathBuf {
    let named = variable(base).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = named.unwrap_or_else(|| Path::new(&variable("HOME").unwrap_or_else(|| ".".into())).join(fallback));
    base.join("aloud")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(flags: &[(&'static str, &str)], variables: &[(&str, &str)], file: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("config.toml");
        std::fs::write(&path, file).expect("writing the file");
        let flags = flags.iter().map(|&(key, value)| (key, value.to_owned())).collect();
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::load(&Sources { flags: &flags, variable: &variable, file: &path })
    }

    #[test]
    fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
        let file = "model = \"small\"\nlanguages = [\"en\", \"sv\"]\nport = 8000\nthreads = 3";
        let config = load(&[("model", "tiny")], &[("ALOUD_MODEL", "medium"), ("ALOUD_THREADS", "2")], file)
            .expect("a good configuration");
        assert_eq!((config.model.as_str(), config.threads, config.port), ("tiny", 2, 8000));
        assert_eq!(config.languages.iter().map(Language::as_str).collect::<Vec<_>>(), ["en", "sv"]);
        let origin = |key| config.origins.iter().find(|(name, ..)| *name == key).map(|(.., origin)| origin.clone());
        assert_eq!(origin("model"), Some(Origin::Flag));
        assert_eq!(origin("threads"), Some(Origin::Variable("ALOUD_THREADS")));
        assert!(matches!(origin("port"), Some(Origin::File(_))));
        assert_eq!(origin("host"), Some(Origin::Default));
    }

    #[test]
    fn what_means_nothing_is_named_with_its_place() {
        for (file, expected) in [
            ("modell = 'base'", "there is no setting \"modell\"; did you mean \"model\"?"),
            ("model = ", "is not TOML"),
            ("port = 99999", "port = \"99999\" (from "),
            ("threads = 0", "give 1 to 256"),
            ("threads = 'two'", "give 1 to 256"),
            ("fast = 'very'", "give true or false"),
            ("segment_seconds = 5", "give 30 to 300"),
            ("languages = 'english'", "not a language code"),
            ("languages = 'en,xx'", "Whisper does not know xx"),
            ("languages = 'en,auto'", "not a language code"),
            ("rest_seconds = 4000", "give 0 to 3600"),
            ("rescan_seconds = 0", "give 1 to 86400"),
            ("channels = 'stereo'", "give auto, mix or split"),
        ] {
            let error = load(&[], &[], file).expect_err(file).to_string();
            assert!(error.contains(expected), "{file}: {error}");
        }
    }

    #[test]
    fn languages_are_called_as_whisper_calls_them() {
        for (given, expected) in [
            ("", &[][..]),
            ("auto", &[]),
            ("en sv", &["en", "sv"]),
            ("swe,ger", &["sv", "de"]),
            ("nb,iw,fil,pt-BR", &["no", "he", "tl", "pt"]),
        ] {
            let config = load(&[("languages", given)], &[], "").expect(given);
            assert_eq!(config.languages.iter().map(Language::as_str).collect::<Vec<_>>(), expected, "{given}");
        }
    }

    #[test]
    fn a_path_in_the_file_is_meant_from_there() {
        let file = "models = 'models'\nglossary = '/names.txt'\npassword_file = '../secret'";
        let config = load(&[("models", "elsewhere")], &[], file).expect("paths");
        let folder = |path: &Path| path.parent().and_then(Path::parent).is_some_and(Path::is_absolute);
        assert_eq!(config.models, Path::new("elsewhere"));
        assert_eq!(config.glossary.as_deref(), Some(Path::new("/names.txt")));
        assert!(config.password_file.is_some_and(|path| path.ends_with("../secret") && folder(&path)));
        let config = load(&[], &[], file).expect("paths");
        assert!(config.models.ends_with("models") && folder(&config.models), "{:?}", config.models);
    }

    #[test]
    fn a_glossary_is_read_where_it_is_needed() {
        assert_eq!(load(&[], &[], "").expect("nothing set").glossary().expect("no names"), "");
        let config = load(&[], &[], "glossary = 'nowhere.txt'").expect("a path is enough for most commands");
        let error = config.glossary().expect_err("there is no such file").to_string();
        assert!(error.contains("glossary = \"nowhere.txt\" (from ") && error.contains("/nowhere.txt: "), "{error}");
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(&file, "Ystad\n").expect("writing the file");
        let config = load(&[("glossary", &file.path().to_string_lossy())], &[], "").expect("a path");
        assert_eq!(config.glossary().expect("a text"), "Ystad\n");
        std::fs::write(&file, "\u{feff}Åsa\n").expect("writing the file");
        assert_eq!(config.glossary().expect("a text"), "Åsa\n");
        std::fs::write(&file, "Å\0s\0a\0").expect("writing the file");
        let error = config.glossary().expect_err("UTF-16").to_string();
        assert!(error.contains("NUL bytes"), "{error}");
        std::fs::write(&file, vec![b'a'; LARGEST_GLOSSARY + 1]).expect("writing the file");
        let error = config.glossary().expect_err("more than anybody remembers").to_string();
        assert!(error.contains("too long") && error.contains("(from flag)"), "{error}");
    }

    #[test]
    fn folders_follow_the_base_directory_specification() {
        let variable = |name: &str| match name {
            "HOME" => Some("/people/ann".to_owned()),
            "XDG_DATA_HOME" => Some("relative/is/ignored".to_owned()),
            _ => None,
        };
        assert_eq!(default_library(&variable), Path::new("/people/ann/.local/share/aloud"));
        assert_eq!(default_models(&variable), Path::new("/people/ann/.cache/aloud/models"));
    }
}
