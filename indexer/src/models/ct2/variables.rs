//! The variables of a CTranslate2 model: named arrays of numbers in one file, `model.bin`.
//!
//! model.bin: u32 version; the name of the specification, `WhisperSpec`; u32 revision; u32 count of variables, each a
//! name, u8 rank, u32 sizes, u8 type, u32 bytes and its data; then aliases. A name is a u16 length and that many bytes,
//! the last of them NUL. Every number is little-endian (`model_spec.py` of CTranslate2 4).

use std::collections::HashMap;

use half::{bf16, f16};

use crate::models::bytes::Bytes;
use crate::models::{ModelError, kind};

const VERSION: u32 = 6;
const SPECIFICATION: &str = "WhisperSpec";

/// large-v3 has about a thousand.
const MAX_VARIABLES: u32 = 20_000;

/// The type of a variable's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    F32,
    I8,
    I16,
    F16,
    Bf16,
}

impl Number {
    /// Returns the type of a code of `DataType` in `types.h`; integers of 32 bits hold no weights.
    fn of_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::F32,
            1 => Self::I8,
            2 => Self::I16,
            4 => Self::F16,
            5 => Self::Bf16,
            _ => return None,
        })
    }

    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::I16 | Self::F16 | Self::Bf16 => 2,
            Self::I8 => 1,
        }
    }

    pub(super) fn is_integer(self) -> bool {
        matches!(self, Self::I8 | Self::I16)
    }

    pub(super) fn decode(self, bytes: &[u8], floats: &mut Vec<f32>) {
        let pairs = || bytes.as_chunks::<2>().0.iter();
        match self {
            Self::F32 => floats.extend(bytes.as_chunks().0.iter().map(|&it| f32::from_le_bytes(it))),
            Self::I8 => floats.extend(bytes.iter().map(|&it| f32::from(it.cast_signed()))),
            Self::I16 => floats.extend(pairs().map(|&it| f32::from(i16::from_le_bytes(it)))),
            Self::F16 => floats.extend(pairs().map(|&it| f16::from_le_bytes(it).to_f32())),
            Self::Bf16 => floats.extend(pairs().map(|&it| bf16::from_le_bytes(it).to_f32())),
        }
    }
}

/// Where a variable stands.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) shape: Vec<u32>,
    pub(super) number: Option<Number>,
    pub(super) position: u64,
    pub(super) bytes: u64,
}

impl Variable {
    pub(super) fn count(&self) -> Option<u64> {
        self.shape.iter().try_fold(1_u64, |count, &size| count.checked_mul(size.into()))
    }
}

/// The variables of a model by name. Of equal ones CTranslate2 keeps the first, the others become its aliases.
#[derive(Debug)]
pub(super) struct Variables {
    variables: HashMap<String, Variable>,
    aliases: HashMap<String, String>,
}

impl Variables {
    /// Reads where every variable stands.
    pub(super) fn read(bytes: &mut Bytes) -> Result<Self, ModelError> {
        read_header(bytes)?;
        let variables = read_variables(bytes)?;
        let mut aliases = HashMap::new();
        for _ in 0..read_count(bytes)? {
            aliases.insert(read_name(bytes)?, read_name(bytes)?);
        }
        if bytes.left() > 0 {
            return Err(ModelError::damaged(bytes.path(), format!("{} bytes follow its end", bytes.left())));
        }
        Ok(Self { variables, aliases })
    }

    /// Returns the name under which the variable is kept.
    pub(super) fn kept_as<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(self.kept_as(name))
    }
}

fn read_header(bytes: &mut Bytes) -> Result<(), ModelError> {
    let part = "its header";
    let start = bytes.take(bytes.len().min(kind::START_BYTES as u64), part)?;
    let found = start.get(6..6 + SPECIFICATION.len());
    if found != Some(SPECIFICATION.as_bytes()) {
        let found = kind::describe(&start);
        return Err(ModelError::not_a_model(
            bytes.path(),
            format!("its specification is not {SPECIFICATION}; {found}"),
        ));
    }
    bytes.seek(0, part)?;
    let version = bytes.u32(part)?;
    if version != VERSION {
        let reason = format!(
            "its CTranslate2 format has version {version}, {VERSION} is read; convert the model again with \
             ct2-transformers-converter of CTranslate2 4"
        );
        return Err(ModelError::unsupported(bytes.path(), reason));
    }
    read_name(bytes)?;
    bytes.u32(part)?;
    Ok(())
}

fn read_variables(bytes: &mut Bytes) -> Result<HashMap<String, Variable>, ModelError> {
    let mut variables = HashMap::new();
    for _ in 0..read_count(bytes)? {
        let name = read_name(bytes)?;
        let rank = bytes.u8(&name)?;
        let shape = (0..rank).map(|_| bytes.u32(&name)).collect::<Result<_, _>>()?;
        let number = Number::of_code(bytes.u8(&name)?);
        let length = bytes.u32(&name)?.into();
        let variable = Variable { shape, number, position: bytes.position(), bytes: length };
        bytes.skip(length, &name)?;
        if variables.contains_key(&name) {
            return Err(ModelError::damaged(bytes.path(), format!("{name} comes twice")));
        }
        variables.insert(name, variable);
    }
    Ok(variables)
}

fn read_count(bytes: &mut Bytes) -> Result<u32, ModelError> {
    let count = bytes.u32("the number of its variables")?;
    if count > MAX_VARIABLES {
        return Err(ModelError::damaged(bytes.path(), format!("it claims to have {count} variables")));
    }
    Ok(count)
}

fn read_name(bytes: &mut Bytes) -> Result<String, ModelError> {
    let part = "the name of a variable";
    let length = bytes.u16(part)?;
    let mut name = bytes.take(length.into(), part)?;
    let ended = name.pop() == Some(0);
    String::from_utf8(name)
        .ok()
        .filter(|_| ended)
        .ok_or_else(|| ModelError::damaged(bytes.path(), format!("before byte {} a name belongs", bytes.position())))
}
