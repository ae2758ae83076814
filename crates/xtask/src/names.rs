//! `krait-names.bin`: the names of Unicode characters, from the crate that has them as tables.

/// The bytes of the file.
pub fn table() -> Vec<u8> {
    let named = ('\0'..=char::MAX).filter_map(|c| Some((c, unicode_names2::name(c)?.to_string())));
    names::Table::write(named)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use names::{Table, rules};

    #[test]
    fn the_file_says_what_the_crate_says() {
        let table = Table::parse(super::table()).unwrap();
        let mut named = 0;
        for c in '\0'..=char::MAX {
            let expected = unicode_names2::name(c).map(|name| name.to_string());
            let found = rules::name(c).or_else(|| table.name(c));
            assert_eq!(found, expected, "{:x}", u32::from(c));
            if let Some(name) = found {
                let back = rules::character(&name).unwrap_or_else(|| table.character(&name));
                assert_eq!(back, Some(c), "{name}");
                named += 1;
            }
        }
        assert!(named > 150_000, "{named}");
    }

    #[test]
    fn names_that_are_none() {
        let table = Table::parse(super::table()).unwrap();
        for name in [
            "",
            "NO SUCH CHARACTER",
            "HANGUL SYLLABLE ",
            "HANGUL SYLLABLE XX",
            "HANGUL SYLLABLE GAGA",
            "CJK UNIFIED IDEOGRAPH-0041",
            "CJK UNIFIED IDEOGRAPH-04E00",
            "CJK UNIFIED IDEOGRAPH-+4E00",
            "CJK UNIFIED IDEOGRAPH-110000",
            "CJK UNIFIED IDEOGRAPH-FFFFFFFFFF",
            "é",
        ] {
            let found = rules::character(name).unwrap_or_else(|| table.character(name));
            assert_eq!(found, None, "{name}");
        }
    }

    #[test]
    fn broken_files_are_refused() {
        let whole = super::table();
        for end in [0, 7, 8, 11, 12, 40, whole.len() / 2, whole.len() - 1] {
            assert!(Table::parse(whole[..end].to_vec()).is_err(), "{end}");
        }
        assert!(Table::parse(b"<!doctype html> this is no table".to_vec()).is_err());
    }
}
