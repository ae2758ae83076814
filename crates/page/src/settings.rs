//! The page's configuration: where it stands, and what it asks to be fetched.

use krait_config::{
    Config, Format, JsModule, PlannedFile, Reference, Source, ambiguous_config, classify,
    different_configs, too_many_configs,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlLinkElement};

use crate::archive::unpack;
use crate::discover::select;
use crate::fault::{Fault, message_of};
use crate::fetch::{Address, Download};
use crate::page::State;
use crate::tag::{Kind, Tag};

/// What the configuration says, as the later stages want it.
pub(crate) struct Settings {
    /// None if the page has none: then there is nothing to fetch either.
    config: Option<Config>,
    /// What `pyscript.config` shows: a JSON object.
    pub(crate) python: String,
}

impl State {
    /// Reads the configuration of every kind of script on the page. Where one cannot be used, scripts of that kind do not
    /// run; the others do.
    pub(crate) async fn configure(&self, tags: &[Tag]) -> Settings {
        let mut merged = Config::empty();
        let mut kind_of_config = None;
        for kind in Kind::ALL {
            match self.configuration_of(kind, tags).await {
                Ok(None) => {}
                Ok(Some(config)) => match merged.merge(&config) {
                    Ok(both) => {
                        merged = both;
                        kind_of_config.get_or_insert(kind);
                    }
                    Err(error) => self.unusable(kind, &error.into()),
                },
                Err(fault) => self.unusable(kind, &fault),
            }
        }
        let Some(kind) = kind_of_config else {
            let kind = tags.first().map_or(Kind::Py, |tag| tag.kind);
            return Settings {
                config: None,
                python: format!("{{\"type\":\"{}\"}}", kind.prefix()),
            };
        };
        self.banner.set(merged.plugins.enabled("error"));
        let mut value = merged.to_value();
        if let Some(object) = value.as_object_mut() {
            object.insert("type".into(), kind.prefix().into());
        }
        Settings {
            config: Some(merged),
            python: value.to_string(),
        }
    }

    fn unusable(&self, kind: Kind, fault: &Fault) {
        self.broken.borrow_mut().insert(kind.prefix());
        self.report(fault);
    }

    async fn configuration_of(&self, kind: Kind, tags: &[Tag]) -> Result<Option<Config>, Fault> {
        let config_tags = match kind {
            Kind::Py | Kind::Mpy => {
                select(self.document.as_ref(), &format!("{}-config", kind.prefix()))
            }
            Kind::Pyodide | Kind::MicroPython => Vec::new(),
        };
        let mut attributes: Vec<_> = tags
            .iter()
            .filter(|tag| tag.kind == kind)
            .filter_map(|tag| tag.element.get_attribute("config"))
            .collect();
        attributes.dedup();
        match (config_tags.as_slice(), attributes.as_slice()) {
            ([_, _, ..], _) => Err(too_many_configs().into()),
            ([_], [_, ..]) => Err(ambiguous_config().into()),
            (_, [_, _, ..]) => Err(different_configs().into()),
            ([tag], []) => self.config_of_tag(tag).await.map(Some),
            ([], [attribute]) => {
                let config = match classify(attribute, None)? {
                    Reference::Url(url, format) => self.fetch_config(url, format).await?,
                    Reference::Inline(text, format) => {
                        Config::parse(text, &Source::inline(format))?
                    }
                };
                Ok(Some(config))
            }
            ([], []) => Ok(None),
        }
    }

    async fn config_of_tag(&self, tag: &Element) -> Result<Config, Fault> {
        // The text of an unknown element is text of the page until something hides it.
        if let Some(tag) = tag.dyn_ref::<HtmlElement>() {
            let _ = tag.style().set_property("display", "none");
        }
        let asked = Format::from_type_attribute(&tag.get_attribute("type").unwrap_or_default())?;
        match tag.get_attribute("src").filter(|src| !src.is_empty()) {
            Some(url) => self.fetch_config(&url, Format::of_url(&url, asked)?).await,
            None => {
                let text = tag.text_content().unwrap_or_default();
                Ok(Config::parse(
                    &text,
                    &Source::inline(Format::of_text(&text, asked)),
                )?)
            }
        }
    }

    async fn fetch_config(&self, url: &str, format: Format) -> Result<Config, Fault> {
        let text = Download::start(&self.window, Address::resolve(url, &self.base()))
            .text()
            .await?;
        Ok(Config::parse(&text, &Source::url(url, format))?)
    }

    /// Fetches what the configuration names. What fails is shown; the rest is there.
    pub(crate) async fn prepare(&self, settings: &Settings) {
        let Some(config) = &settings.config else {
            return;
        };
        if config.interpreter.is_some() {
            web_sys::console::warn_1(
                &"py-config names an interpreter: this page runs on Krait's own, so the key has no effect.".into(),
            );
        }
        if let Some(first) = config.packages.first() {
            let names = config.packages.iter();
            let fault = Fault::NoPackages {
                place: first.place.to_string(),
                names: names.map(|package| package.value.clone()).collect(),
            };
            web_sys::console::warn_1(&fault.to_string().into());
        }
        match config.file_plan() {
            Ok(plan) if !plan.files.is_empty() => self.fetch_files(&plan.files).await,
            Ok(_) => {}
            Err(error) => self.report(&error.into()),
        }
        let modules = &config.js_modules.main;
        if !modules.is_empty() {
            self.load_modules(modules).await;
        }
    }

    async fn fetch_files(&self, files: &[PlannedFile]) {
        self.progress("Loading files", 0, files.len());
        let downloads: Vec<_> = files
            .iter()
            .map(|file| Download::start(&self.window, self.address(&file.source_url, file.base())))
            .collect();
        for (index, (file, download)) in files.iter().zip(downloads).enumerate() {
            if let Err(fault) = self.store(file, &download).await {
                self.report(&fault);
            }
            let text = if index + 1 == files.len() {
                "Loaded files"
            } else {
                "Loading files"
            };
            self.progress(text, index + 1, files.len());
        }
    }

    async fn store(&self, file: &PlannedFile, download: &Download) -> Result<(), Fault> {
        let data = download.bytes().await?;
        let write = |path: &str, data: &[u8]| {
            self.interpreter
                .write_file(path, data)
                .map_err(|reason| Fault::Store {
                    source_url: file.source_url.clone(),
                    path: path.to_owned(),
                    reason,
                })
        };
        match file.unpack {
            None => {
                write(&file.dest, &data)?;
                self.library_for(&file.dest, &data).await
            }
            Some(kind) => {
                for entry in unpack(kind, &file.source_url, &data)? {
                    let path = format!("{}{}", file.dest, entry.path);
                    write(&path, &entry.data)?;
                    self.library_for(&path, &entry.data).await?;
                }
                Ok(())
            }
        }
    }

    /// A module among the files may import what only the full library holds.
    async fn library_for(&self, path: &str, data: &[u8]) -> Result<(), Fault> {
        match std::str::from_utf8(data) {
            Ok(code) if path.ends_with(".py") => self.ensure_library(code).await,
            _ => Ok(()),
        }
    }

    async fn load_modules(&self, modules: &[JsModule]) {
        self.progress("Loading JS modules", 0, modules.len());
        let loads: Vec<_> = modules
            .iter()
            .map(|module| {
                let address = self.address(&module.url, module.place.base());
                let load = if module.is_css() {
                    self.link(&address)
                } else {
                    self.host.import_module(&address.full)
                };
                crate::fetch::silence(&load);
                load
            })
            .collect();
        for (index, (module, load)) in modules.iter().zip(loads).enumerate() {
            let loaded = JsFuture::from(load).await;
            let added = loaded.and_then(|value| {
                if module.is_css() {
                    Ok(())
                } else {
                    self.interpreter.add_js_module(&module.name, &value)
                }
            });
            if let Err(error) = added {
                self.report(&Fault::Module {
                    url: module.url.clone(),
                    name: module.name.clone(),
                    reason: message_of(&error),
                });
            }
            let text = if index + 1 == modules.len() {
                "Loaded JS modules"
            } else {
                "Loading JS modules"
            };
            self.progress(text, index + 1, modules.len());
        }
    }

    /// Links a style sheet, once; the promise resolves when it is in force.
    fn link(&self, address: &Address) -> js_sys::Promise {
        js_sys::Promise::new(&mut |resolve, reject| {
            let made = self
                .document
                .create_element("link")
                .ok()
                .and_then(|link| link.dyn_into::<HtmlLinkElement>().ok());
            let (Some(link), Some(head)) = (made, self.document.head()) else {
                let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
                return;
            };
            link.set_rel("stylesheet");
            link.set_href(&address.full);
            link.set_onload(Some(&resolve));
            // The event of a failure says nothing about its cause.
            let error = js_sys::Error::new("the style sheet could not be fetched");
            link.set_onerror(Some(
                &reject
                    .bind1(&wasm_bindgen::JsValue::NULL, &error)
                    .unchecked_into(),
            ));
            let _ = head.append_child(&link);
        })
    }

    fn address(&self, url: &str, base: Option<&str>) -> Address {
        let page = self.base();
        // A configuration file is named relative to the page, and what it names is relative to the file.
        let base = base.map_or_else(|| page.clone(), |base| Address::resolve(base, &page).full);
        Address::resolve(url, &base)
    }
}
