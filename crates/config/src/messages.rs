//! One function for each message that the page raises by itself, so that a text stands in one place only.

use crate::{ConfigError, FetchError};

/// More than one `<py-config>` on the page.
#[must_use]
pub const fn too_many_configs() -> ConfigError {
    ConfigError::TooMany
}

/// A `<py-config>` and a `config` attribute on the page.
#[must_use]
pub const fn ambiguous_config() -> ConfigError {
    ConfigError::Ambiguous
}

/// `config` attributes that differ among scripts of the main thread.
#[must_use]
pub const fn different_configs() -> ConfigError {
    ConfigError::Different
}

/// A URL that is not what `expected` ("json", "toml") says.
#[must_use]
pub fn invalid_url(url: &str, expected: &str) -> ConfigError {
    ConfigError::Url {
        url: url.to_owned(),
        expected: expected.to_owned(),
    }
}

/// A script with `src` and with content. `tag` is its opening tag, `<script type="py" src="./a.py">`.
#[must_use]
pub fn content_and_src(tag: &str) -> ConfigError {
    ConfigError::ContentAndSrc {
        tag: tag.to_owned(),
    }
}

/// A `worker` attribute with a value, or beside an empty `src`. `tag` is the opening tag of the script.
#[must_use]
pub fn invalid_worker_attribute(tag: &str) -> ConfigError {
    ConfigError::WorkerAttribute {
        tag: tag.to_owned(),
    }
}

/// A fetch that was answered with another status than success. HTTP/2 sends no words with a status, so the
/// usual ones stand in for an empty `status_text`.
#[must_use]
pub fn fetch_failed(url: &str, status: u16, status_text: &str) -> FetchError {
    let status_text = match (status_text, status) {
        ("", 400) => "Bad Request",
        ("", 401) => "Unauthorized",
        ("", 403) => "Forbidden",
        ("", 404) => "Not Found",
        ("", 410) => "Gone",
        ("", 429) => "Too Many Requests",
        ("", 500) => "Internal Server Error",
        ("", 502) => "Bad Gateway",
        ("", 503) => "Service Unavailable",
        ("", 504) => "Gateway Timeout",
        ("", _) => "no reason given",
        (text, _) => text,
    };
    FetchError::Status {
        url: url.to_owned(),
        status,
        status_text: status_text.to_owned(),
    }
}

/// A fetch that was not answered. `page_url` is the URL of the page: one from the disk explains the failure.
#[must_use]
pub fn fetch_refused(url: &str, page_url: &str, reason: &str) -> FetchError {
    let scheme_is_file = |url: &str| {
        url.get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case("file:"))
    };
    let is_absolute = url.contains("://") || url.starts_with("//");
    if scheme_is_file(url) || (scheme_is_file(page_url) && !is_absolute) {
        FetchError::FromDisk {
            url: url.to_owned(),
        }
    } else {
        FetchError::Refused {
            url: url.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_begin_with_the_known_texts() {
        for (error, start) in [
            (too_many_configs(), "(PY0409): Too many py-config"),
            (
                ambiguous_config(),
                "(PY0409): Ambiguous py-config VS config attribute",
            ),
            (
                different_configs(),
                "(PY0409): Unable to use different configs on main",
            ),
            (
                invalid_url("./x.toml", "json"),
                "(PY1000): Invalid URL: ./x.toml\nexpected json content",
            ),
            (
                content_and_src("<script type=\"py\">"),
                "(PY0409) Invalid content for <script type=\"py\">",
            ),
            (
                invalid_worker_attribute("<py-script>"),
                "(PY0409) Invalid worker attribute for <py-script>",
            ),
        ] {
            let text = error.to_string();
            assert!(text.starts_with(start), "{text}");
            assert!(text.len() > start.len() + 10, "says what to do: {text}");
            assert!(text.contains(error.code().as_str()), "{text}");
            assert_eq!(error.place(), None);
        }
    }

    #[test]
    fn fetch_failures_have_code_url_and_reason() {
        assert_eq!(
            fetch_failed("./nope.toml", 404, "Not Found").to_string(),
            "(PY0404): Fetching from URL ./nope.toml failed with error 404 (Not Found). Are your filename and path correct?"
        );
        assert_eq!(
            fetch_failed("./nope.toml", 404, ""),
            fetch_failed("./nope.toml", 404, "Not Found")
        );
        for (status, start) in [
            (401, "(PY0401): "),
            (403, "(PY0403): "),
            (500, "(PY0500): "),
            (503, "(PY0503): "),
            (418, "(PY0001): "),
        ] {
            let text = fetch_failed("./a", status, "").to_string();
            assert!(text.starts_with(start), "{text}");
            assert!(
                text.contains(&status.to_string()) && !text.contains("()"),
                "{text}"
            );
        }
    }

    #[test]
    fn pages_from_the_disk_are_told_to_use_a_server() {
        let disk = |url, page| {
            matches!(
                fetch_refused(url, page, "Failed to fetch"),
                FetchError::FromDisk { .. }
            )
        };
        assert!(disk("./a.py", "file:///home/a.html"));
        assert!(disk("file:///a.py", "http://localhost/"));
        assert!(!disk("./a.py", "http://localhost/"));
        assert!(!disk("https://example.com/a.py", "file:///home/a.html"));
        assert_eq!(
            fetch_refused("./a.py", "http://localhost/", "Failed to fetch").to_string(),
            "(PY0001): Fetching from URL ./a.py failed with error 'Failed to fetch'. Are your filename and path correct?"
        );
    }
}
