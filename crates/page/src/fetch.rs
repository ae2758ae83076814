//! Fetching what a page names.

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use krait_config::{fetch_failed, fetch_refused};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Url, Window};

use crate::fault::{Fault, message_of};

/// An address, as the page gives it (for messages) and in full.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) given: String,
    pub(crate) full: String,
}

impl Address {
    /// Resolves an address against a base.
    pub(crate) fn resolve(given: &str, base: &str) -> Self {
        let full =
            Url::new_with_base(given, base).map_or_else(|_| given.to_owned(), |url| url.href());
        Self {
            given: given.to_owned(),
            full,
        }
    }
}

/// A fetch that is under way, so that several can run side by side.
#[derive(Clone, Debug)]
pub(crate) struct Download {
    address: Address,
    response: Promise,
    page_url: String,
}

impl Download {
    pub(crate) fn start(window: &Window, address: Address) -> Self {
        let response = window.fetch_with_str(&address.full);
        // Whoever waits for the answer handles its failure; until then the browser must not report it as unhandled.
        silence(&response);
        let page_url = window.location().href().unwrap_or_default();
        Self {
            address,
            response,
            page_url,
        }
    }

    /// The text, without a mark at its beginning. `Response.text()` would put other letters in the place of what is no
    /// UTF-8, and say nothing.
    pub(crate) async fn text(&self) -> Result<String, Fault> {
        let mut bytes = self.bytes().await?;
        if bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(..3);
        }
        String::from_utf8(bytes).map_err(|error| Fault::NotText {
            url: self.address.given.clone(),
            offset: error.utf8_error().valid_up_to(),
        })
    }

    pub(crate) async fn bytes(&self) -> Result<Vec<u8>, Fault> {
        let response = self.response().await?;
        let buffer: ArrayBuffer = self.body(response.array_buffer()).await?.unchecked_into();
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    async fn response(&self) -> Result<Response, Fault> {
        let response: Response = JsFuture::from(self.response.clone())
            .await
            .map_err(|error| self.network(&error))?
            .unchecked_into();
        if response.ok() {
            return Ok(response);
        }
        Err(fetch_failed(
            &self.address.given,
            response.status(),
            &response.status_text(),
        )
        .into())
    }

    async fn body(&self, promise: Result<Promise, JsValue>) -> Result<JsValue, Fault> {
        let promise = promise.map_err(|error| self.network(&error))?;
        JsFuture::from(promise)
            .await
            .map_err(|error| self.network(&error))
    }

    fn network(&self, error: &JsValue) -> Fault {
        fetch_refused(&self.address.given, &self.page_url, &message_of(error)).into()
    }
}

/// Marks a promise's rejection as handled.
pub(crate) fn silence(promise: &Promise) {
    let future = JsFuture::from(promise.clone());
    wasm_bindgen_futures::spawn_local(async move {
        let _ = future.await;
    });
}
