//! What text is refused, and what is not.

use super::*;

#[test]
fn ordinary_source_passes() {
    let long_sum = format!("x = {}\n", vec!["1"; 300].join(" + "));
    let sources = [
        "x = [1, (2, {3: 4})]\n",
        "def f():\n    if x:\n        return '((((('\n",
        "s = '''\n((((\n'''\n# ((((((\n",
        long_sum.as_str(),
    ];
    for source in sources {
        assert_eq!(
            check_nesting(source.as_bytes(), Limits::code()),
            Ok(()),
            "{source:.60}"
        );
    }
}

#[test]
fn deep_source_is_refused_with_its_line() {
    let brackets = format!("\nx = {}{}", "(".repeat(201), ")".repeat(201));
    assert_eq!(
        check_nesting(brackets.as_bytes(), Limits::code()),
        Err(TooDeep::Brackets { line: 2 })
    );
    let unary = format!("{}1", "-".repeat(20_000));
    assert_eq!(
        check_nesting(unary.as_bytes(), Limits::code()),
        Err(TooDeep::Operators { line: 1 })
    );
    for operator in ["not ", "lambda: ", "~", "2 ** ", "1 if 0 else "] {
        let source = format!("{}1", operator.repeat(5_000));
        assert_eq!(
            check_nesting(source.as_bytes(), Limits::code()),
            Err(TooDeep::Operators { line: 1 }),
            "{operator}"
        );
    }
    for link in [".b", "()", "[0]", " + 1", " * 1"] {
        let source = format!("a{}", link.repeat(20_000));
        assert_eq!(
            check_nesting(source.as_bytes(), Limits::code()),
            Err(TooDeep::Operators { line: 1 }),
            "{link}"
        );
    }
    let mut blocks = String::new();
    for level in 0..150 {
        blocks.push_str(&" ".repeat(level));
        blocks.push_str("if 1:\n");
    }
    assert_eq!(
        check_nesting(blocks.as_bytes(), Limits::code()),
        Err(TooDeep::Indents { line: 101 })
    );
    let nested = |open: &str, close: &str, count: usize| {
        format!("{}1{}", open.repeat(count), close.repeat(count))
    };
    for count in [12, 19] {
        let checked = |text: String| check_nesting(text.as_bytes(), Limits::code()).is_ok();
        assert_eq!(checked(nested("[", " for a in b]", count)), count < 18);
        assert_eq!(checked(nested("{", " for a in b}", count)), count < 18);
        assert!(checked(nested("(", " for a in b)", count)));
        assert!(checked(nested("[a for a in ", "]", count)));
        assert!(checked("[a for a in b]\n".repeat(count)));
    }
    for (links, passes) in [(20, true), (20_000, false)] {
        let chain = format!("if a: pass\n{}", "elif a: pass\n".repeat(links));
        assert_eq!(
            check_nesting(chain.as_bytes(), Limits::code()).is_ok(),
            passes
        );
        let many = format!("if a: pass\n{}", "elif a: pass\nif a: pass\n".repeat(links));
        assert!(check_nesting(many.as_bytes(), Limits::code()).is_ok());
    }
    for (open, close) in [("+a", ""), ("(", ")"), (".a", "")] {
        let text = format!("f'{{a{}{}}}'", open.repeat(9000), close.repeat(9000));
        assert!(
            check_nesting(text.as_bytes(), Limits::code()).is_err(),
            "{open}"
        );
        let many = format!("f'{}'", "{a.b(c + d)}".repeat(9000));
        assert!(check_nesting(many.as_bytes(), Limits::code()).is_ok());
    }
    let style = format!("f'{{{{ {} }}}}'", "a.b { c: d-e; }".repeat(9000));
    assert!(check_nesting(style.as_bytes(), Limits::code()).is_ok());
    let in_each_other = format!("{}1{}", "f'{".repeat(9000), "}'".repeat(9000));
    assert!(check_nesting(in_each_other.as_bytes(), Limits::code()).is_err());
    let fields = format!("f'({}'", "{a.b!r}, [".repeat(1000));
    assert_eq!(check_nesting(fields.as_bytes(), Limits::code()), Ok(()));
    let formatted = format!("f'{{{}1}}'", "(".repeat(300));
    assert!(check_nesting(formatted.as_bytes(), Limits::code()).is_err());
}

#[test]
fn json_depth_ignores_strings() {
    assert_eq!(bracket_depth(br#"[["[[[\"[", {}]]"#), 3);
    assert_eq!(bracket_depth("[".repeat(50_000).as_bytes()), 50_000);
}
