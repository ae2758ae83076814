//! From `files` and `fetch` to an ordered list of what to fetch and where to put it.

use std::collections::BTreeMap;

use crate::config::{FetchEntry, FileEntry};
use crate::format::path_of;
use crate::{ConfigError, Place};

/// What to fetch, in order. A later file may be fetched beside an earlier one: no two have one destination.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilePlan {
    /// First those of `files`, then those of `fetch`, each in the order of the text.
    pub files: Vec<PlannedFile>,
}

/// One file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// The URL as written, with templates expanded, relative to [`PlannedFile::base`].
    pub source_url: String,
    /// Where to put it: absolute, or relative to the working directory and then beginning with `./` or `../`. It ends
    /// with `/` exactly if it is the folder into which an archive is unpacked.
    pub dest: String,
    /// What the file is to be unpacked as, if at all.
    pub unpack: Option<ArchiveKind>,
    /// Where the entry stands.
    pub place: Place,
}

impl PlannedFile {
    /// The URL of the configuration file that names it, to which the source is relative; `None` for the page.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.place.base()
    }
}

/// An archive that can be unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArchiveKind {
    /// `.zip`
    Zip,
    /// `.whl`, a wheel, which is a zip
    Wheel,
    /// `.tgz` or `.tar.gz`
    TarGz,
}

impl ArchiveKind {
    /// The kind that the extension of a URL says.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let path = path_of(url).to_ascii_lowercase();
        [
            (".zip", Self::Zip),
            (".whl", Self::Wheel),
            (".tgz", Self::TarGz),
            (".tar.gz", Self::TarGz),
        ]
        .into_iter()
        .find_map(|(extension, kind)| path.ends_with(extension).then_some(kind))
    }
}

pub(crate) fn plan(files: &[FileEntry], fetch: &[FetchEntry]) -> Result<FilePlan, ConfigError> {
    let mut planner = Planner::default();
    for entry in files {
        planner.file(entry)?;
    }
    for entry in fetch {
        planner.fetch(entry)?;
    }
    Ok(planner.plan)
}

#[derive(Default)]
struct Planner {
    plan: FilePlan,
    templates: BTreeMap<String, String>,
}

impl Planner {
    fn file(&mut self, entry: &FileEntry) -> Result<(), ConfigError> {
        if is_template(&entry.source) {
            let value = self.expand(&entry.dest, &entry.place)?;
            self.templates.insert(entry.source.clone(), value);
            return Ok(());
        }
        let source_url = self.expand(&entry.source, &entry.place)?;
        let dest = self.expand(&entry.dest, &entry.place)?;
        let dest = dest.trim();
        if dest == "*" || dest.ends_with("/*") {
            let Some(kind) = ArchiveKind::of_url(&source_url) else {
                return Err(wrong(
                    format!("Unsupported archive {source_url}"),
                    &entry.place,
                    "a destination that ends with /* unpacks .zip, .whl, .tgz and .tar.gz; name one of these, or end it with / to store the file as it is.",
                ));
            };
            let folder = normalize(dest.trim_end_matches('*'));
            let dest = if folder.ends_with('/') {
                folder
            } else {
                format!("{folder}/")
            };
            return self.add(source_url, dest, Some(kind), &entry.place);
        }
        let dest = if dest.is_empty() || dest.ends_with('/') {
            format!("{dest}{}", self.basename(&source_url, &entry.place)?)
        } else {
            dest.to_owned()
        };
        self.add(source_url, normalize(&dest), None, &entry.place)
    }

    fn fetch(&mut self, entry: &FetchEntry) -> Result<(), ConfigError> {
        match (&entry.files, &entry.to_file) {
            (Some(_), Some(_)) => Err(wrong(
                "Cannot use 'to_file' and 'files' parameters together!".to_owned(),
                &entry.place,
                "keep 'to_file' for one file, or 'files' with 'to_folder' for several.",
            )),
            (Some(files), None) => {
                for file in files {
                    let source = match entry.from.as_str() {
                        "" => file.clone(),
                        from => format!(
                            "{}/{}",
                            from.trim_end_matches('/'),
                            file.trim_start_matches('/')
                        ),
                    };
                    let dest = normalize(&format!("{}/{file}", entry.to_folder));
                    self.add(source, dest, None, &entry.place)?;
                }
                Ok(())
            }
            (None, to_file) => {
                let name = match to_file {
                    Some(name) => name.as_str(),
                    None => basename(&entry.from).ok_or_else(|| {
                        wrong(
                            format!(
                                "Couldn't determine the filename from the path {}, please supply 'to_file' parameter.",
                                entry.from
                            ),
                            &entry.place,
                            "add to_file with the name that the file is to have.",
                        )
                    })?,
                };
                let dest = normalize(&format!("{}/{name}", entry.to_folder));
                self.add(entry.from.clone(), dest, None, &entry.place)
            }
        }
    }

    fn add(
        &mut self,
        source_url: String,
        dest: String,
        unpack: Option<ArchiveKind>,
        place: &Place,
    ) -> Result<(), ConfigError> {
        // Several archives may share a folder.
        if unpack.is_none()
            && let Some(other) = self.plan.files.iter().find(|file| file.dest == dest)
        {
            if other.source_url == source_url && other.base() == place.base() {
                return Ok(());
            }
            let advice = format!(
                "{} and {source_url} would both be stored there; give one of them another destination.",
                other.source_url
            );
            return Err(wrong(
                format!("Duplicated destination: {dest}"),
                place,
                &advice,
            ));
        }
        self.plan.files.push(PlannedFile {
            source_url,
            dest,
            unpack,
            place: place.clone(),
        });
        Ok(())
    }

    /// Puts the values of the templates that are defined so far into a text.
    fn expand(&self, text: &str, place: &Place) -> Result<String, ConfigError> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, found)) = rest.split_once('{') {
            let Some((name, after)) = found.split_once('}') else {
                break;
            };
            expanded.push_str(before);
            let name = format!("{{{name}}}");
            match self.templates.get(&name) {
                Some(value) => expanded.push_str(value),
                None => {
                    let advice = format!(
                        "no template of this name is defined before; add {name} = \"...\" to files above this entry."
                    );
                    return Err(wrong(format!("Invalid template: {name}"), place, &advice));
                }
            }
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    fn basename<'u>(&self, url: &'u str, place: &Place) -> Result<&'u str, ConfigError> {
        basename(url).ok_or_else(|| {
            wrong(
                format!("Couldn't determine the filename from the path {url}"),
                place,
                "the URL ends with a folder; write the whole destination with the name that the file is to have.",
            )
        })
    }
}

fn wrong(title: String, place: &Place, advice: &str) -> ConfigError {
    ConfigError::Files {
        title,
        place: place.clone(),
        advice: advice.to_owned(),
    }
}

fn is_template(source: &str) -> bool {
    source.len() > 2
        && source.starts_with('{')
        && source.ends_with('}')
        && !source[1..source.len() - 1].contains(['{', '}'])
}

/// The file name at the end of a URL, if there is one.
fn basename(url: &str) -> Option<&str> {
    let path = path_of(url);
    let path = path.split_once("://").map_or(path, |(_, rest)| {
        rest.split_once('/').map_or("", |(_, path)| path)
    });
    let name = path.rsplit('/').next().unwrap_or(path);
    (!matches!(name, "" | "." | "..")).then_some(name)
}

/// A path without `.` and needless `..`, absolute or beginning with `./` or `../`. Two texts for one path become one.
fn normalize(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let start = match parts.first() {
        _ if absolute => "/",
        Some(&"..") => "",
        _ => "./",
    };
    format!("{start}{}", parts.join("/"))
}
