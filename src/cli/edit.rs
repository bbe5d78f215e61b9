//! `aloud edit`: what is known of recordings besides their words, changed by hand or by a table.

use std::path::PathBuf;

use super::colour::safe;
use super::{Context, Exit, Failure, Format, print, print_json, recording, remote};
use crate::catalogue::metadata::Edited;
use crate::http::EditRequest;
use crate::library::Library;
use crate::metadata::{Edit, Field, Source};
use crate::view::{self, FieldView, MetadataView};

mod table;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    #[arg(required_unless_present_any = ["csv", "csv_template"])]
    recording: Option<String>,
    #[command(flatten)]
    values: Values,
    /// Go back to what the file, and what lies beside it, say of this field.
    #[arg(long, value_name = "FIELD")]
    clear: Vec<Field>,
    /// Where the document beside the media says something else than you did: take what it says.
    #[arg(long, value_name = "FIELD")]
    take_sidecar: Vec<Field>,
    /// Where the document beside the media says something else than you did: keep what you said.
    #[arg(long, value_name = "FIELD")]
    keep: Vec<Field>,
    /// Take the metadata of many recordings from a table, whose first line names the columns: file,title,date,… ; - for
    /// the standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "recording")]
    csv: Option<PathBuf>,
    /// Print such a table for the recordings in a folder, with what is known of them.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["recording", "csv"])]
    csv_template: Option<PathBuf>,
}

/// A flag for each field; an empty value says that there is none.
#[derive(clap::Args)]
struct Values {
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// When it was recorded: 2021, 2021-05 or 2021-05-31.
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Who is in it.
    #[arg(long, value_name = "NAMES")]
    people: Option<String>,
    /// Where it was recorded.
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// What it is about.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The languages spoken in it, such as sv or en,sv.
    #[arg(long = "language", id = "stated_language", value_name = "CODES")]
    language: Option<String>,
    /// What may be done with it.
    #[arg(long, value_name = "TEXT")]
    rights: Option<String>,
    /// Where it was published.
    #[arg(long, value_name = "URL")]
    source_url: Option<String>,
    /// The collection it belongs to, wherever its file lies.
    #[arg(long, value_name = "TEXT")]
    folder: Option<String>,
}

impl Values {
    /// Returns the values that were given.
    fn given(self) -> impl Iterator<Item = (Field, String)> {
        [
            (Field::Title, self.title),
            (Field::Date, self.date),
            (Field::People, self.people),
            (Field::Place, self.place),
            (Field::Description, self.description),
            (Field::Language, self.language),
            (Field::Rights, self.rights),
            (Field::SourceUrl, self.source_url),
            (Field::Folder, self.folder),
        ]
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?)))
    }
}

pub(super) async fn run(arguments: Arguments, context: &Context) -> Result<Exit, Failure> {
    let Arguments { recording, values, clear, take_sidecar, keep, csv, csv_template } = arguments;
    let request = EditRequest { set: values.given().collect(), clear, take_sidecar, keep };
    let edit = Edit::try_from(request.clone()).map_err(|error| Failure::new(Exit::Usage, error))?;
    match (recording, csv, csv_template) {
        (None, Some(_), _) | (None, _, Some(_)) if !edit.is_empty() => {
            Err(Failure::new(Exit::Usage, "name a recording to change single fields, or give a table alone"))
        }
        (_, Some(file), _) => table::take(&file, context).await,
        (_, _, Some(folder)) => table::template(&folder, context).await,
        (Some(named), ..) => one(&named, request, &edit, context).await,
        (None, None, None) => Err(Failure::new(Exit::Usage, "name a recording, or give a table with --csv FILE")),
    }
}

async fn one(named: &str, request: EditRequest, edit: &Edit, context: &Context) -> Result<Exit, Failure> {
    if edit.is_empty() {
        let fields = "--title, --date, --people, --place, --description, --language, --rights, --source-url, --folder";
        return Err(Failure::new(Exit::Usage, format!("say what to change: {fields}, --clear FIELD")));
    }
    let server = remote::server(&context.library);
    let library = match server {
        Some(_) => Library::open_to_read(&context.library).await?,
        None => Library::open_existing(&context.library).await?,
    };
    let id = recording::find(&library.catalogue, named).await?.id;
    let before = view::metadata(&library.catalogue.statements(id).await?);
    match server {
        Some(server) => server.edit(id, &request)?,
        None => match library.catalogue.edit(id, edit, Source::Person).await? {
            Edited::Done(_) => {}
            Edited::Gone => return Err(Failure::new(Exit::Usage, format!("there is no recording {named}"))),
            Edited::Refused(error) => return Err(Failure::new(Exit::Usage, error)),
        },
    }
    let after = view::metadata(&library.catalogue.statements(id).await?);
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "id": id, "metadata": after }))?,
        _ => changes(&before, &after).for_each(print),
    }
    Ok(Exit::Done)
}

/// Returns the fields that are otherwise than before, a line each.
fn changes(before: &MetadataView, after: &MetadataView) -> impl Iterator<Item = String> {
    after.iter().filter(|(field, view)| before.get(field).is_none_or(|old| *view != old)).map(|(field, view)| {
        let FieldView { value, source } = view;
        let value = value.as_ref().map_or_else(|| "none".into(), |value| safe(value));
        let source = source.map_or("nobody says", |source| source.as_str());
        format!("{field}: {value} ({source})")
    })
}
