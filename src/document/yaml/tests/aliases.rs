//! Aliases and merge keys.

use super::*;

#[test]
fn an_alias_is_the_node_of_its_anchor() {
    let document = read("a: &x {k: &y [1]}\nb: *x\nc: [*y, &z q, *z]\n*z : *x\n");
    assert_eq!(document.errors(), []);
    let root = document.root().unwrap();
    let (a, b) = (root.get("a").unwrap(), root.get("b").unwrap());
    assert_eq!(a, b);
    assert_eq!(b.path().to_string(), "a");
    let items: Vec<_> = root.get("c").unwrap().items().collect();
    assert_eq!(items.first().unwrap().path().to_string(), "a.k");
    assert_eq!(items.last().unwrap().path().to_string(), "c[1]");
    assert_eq!(root.get("q").unwrap(), a);
    assert_eq!(
        shown("a: &x !Sub y\nb: *x\n"),
        r#"{a: Fn::Sub("y"), b: Fn::Sub("y")}"#
    );
}

#[test]
fn an_alias_without_an_anchor_before_it_is_null() {
    let unknown = |name: &str| format!("alias `*{name}` has no anchor before it");
    assert_eq!(errors("a: *x\nb: &x 1\n"), [(unknown("x"), "*x")]);
    assert_eq!(errors("a: &x [*x]"), [(unknown("x"), "*x")]);
    assert_eq!(errors("--- &x 1\n--- *x\n"), [(unknown("x"), "*x")]);
    assert_eq!(show(read("a: [*x, 1]").root().unwrap()), "{a: [~, 1]}");
}

#[test]
fn aliases_have_limits() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let item = format!("*a{}", level - 1);
        let items = vec![item; 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    let found = errors(&bomb);
    assert_eq!(found, [(ErrorKind::TooManyAliasedNodes.to_string(), "*a3")]);

    let mut tall = "a0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        writeln!(tall, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    let found = errors(&tall);
    assert_eq!(found.first().unwrap().0, ErrorKind::TooDeep.to_string());
}

#[test]
fn merged_entries_stand_behind_the_own_ones() {
    let cases = [
        ("<<: {a: 1, b: 2}\nb: 3\n", "{b: 3, a: 1}"),
        (
            "x: &x {a: 1}\ny: {<<: *x, b: 2}\n",
            "{x: {a: 1}, y: {b: 2, a: 1}}",
        ),
        (
            "[&x {a: 1}, &y {a: 2, b: 2}, {<<: [*x, *y, {c: 3}]}]",
            "[{a: 1}, {a: 2, b: 2}, {a: 1, b: 2, c: 3}]",
        ),
        ("<<: {<<: {a: 1, b: 1}, b: 2}", "{b: 2, a: 1}"),
        ("<<: []", "{}"),
        ("'<<': 1", "{<<: 1}"),
        ("[<<]", r#"["<<"]"#),
    ];
    for (yaml, expected) in cases {
        assert_eq!(shown(yaml), expected, "{yaml}");
    }
    let document = read("x: {<<: {a: 1}}\ny: {<<: [{<<: {b: 2}}]}");
    let root = document.root().unwrap();
    let path = |outer: &str, key: &str| {
        root.get(outer)
            .unwrap()
            .get(key)
            .unwrap()
            .path()
            .to_string()
    };
    assert_eq!(path("x", "a"), "x.a");
    assert_eq!(path("y", "b"), "y.b");
}

#[test]
fn of_duplicate_keys_the_last_is_merged() {
    let document = read("x: &x {a: 1, a: 2}\ny: {<<: *x}");
    assert_eq!(show(document.root().unwrap().get("y").unwrap()), "{a: 2}");
    assert_eq!(document.errors().len(), 1);
}

#[test]
fn a_merge_key_needs_mappings() {
    let message = ErrorKind::InvalidMerge.to_string();
    assert_eq!(errors("{<<: a, b: 1}"), [(message.clone(), "a")]);
    assert_eq!(
        errors("{<<: [{a: 1}, b]}"),
        [(message.clone(), "[{a: 1}, b]")]
    );
    assert_eq!(errors("x: &x 1\ny: {<<: *x}"), [(message.clone(), "*x")]);
    assert_eq!(errors("{<<: !Sub x}"), [(message, "!Sub x")]);
    assert_eq!(errors("{<<: *x}").len(), 1);
}
