//! The house rules, stated as absences and read from the sources.

#![expect(clippy::expect_used, reason = "a test stops where it fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the house: its path from the root of the repository, and what it says.
struct Source {
    path: String,
    text: String,
}

/// Every file under a room whose name has that ending. A room that is not there fails the test.
fn sources(room: &str, ending: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the root of the repository");
    let mut found = Vec::new();
    gather(&root.join(room), ending, &mut found);
    assert!(!found.is_empty(), "{room} holds no {ending}");
    found.sort();
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("a text"),
        path: path.strip_prefix(root).expect("inside").display().to_string(),
    };
    found.into_iter().map(read).collect()
}

fn gather(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let inside = fs::read_dir(folder).unwrap_or_else(|error| unreadable(folder, &error));
    for path in inside.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            gather(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

#[expect(clippy::panic, reason = "a test stops where it fails")]
fn unreadable(folder: &Path, error: &std::io::Error) -> ! {
    panic!("{} cannot be read: {error}", folder.display())
}

/// Holds every source against a rule, which gives the offences in one.
fn hold<'a>(sources: impl IntoIterator<Item = &'a Source>, rule: impl Fn(&str) -> Vec<String>) {
    let offences: Vec<String> = sources
        .into_iter()
        .flat_map(|source| rule(&source.text).into_iter().map(|offence| format!("{}: {offence}", source.path)))
        .collect();
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

/// The lines of a Rust source that are not comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn speaks_of_screen_or_database(text: &str) -> Vec<String> {
    code(text)
        .filter(|line| words(line).any(|word| matches!(word, "sqlx" | "leptos" | "axum")))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_domain_knows_no_screen_no_database_and_no_server() {
    hold(&sources("app/src/domain", ".rs"), speaks_of_screen_or_database);
    for offence in ["use sqlx::Type;", "    leptos::view! {}", "fn f() -> axum::Router {"] {
        assert_eq!(speaks_of_screen_or_database(offence).len(), 1, "{offence}");
    }
    assert!(speaks_of_screen_or_database("// axum turns this into\n/// [`leptos`]\nlet taxumeter = 1;").is_empty());
}

fn speaks_sql(text: &str) -> Vec<String> {
    let marks = ["sqlx::query", "QueryBuilder", "SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE"];
    code(text).filter(|line| marks.iter().any(|mark| line.contains(mark))).map(str::to_owned).collect()
}

#[test]
fn only_the_store_speaks_sql() {
    let elsewhere: Vec<Source> = [sources("app/src", ".rs"), sources("server/src", ".rs")]
        .into_iter()
        .flatten()
        .filter(|source| !source.path.starts_with("app/src/store/"))
        .collect();
    hold(&elsewhere, speaks_sql);
    for offence in ["sqlx::query_as(SQL)", "const A: &str = \"SELECT id", "\"UPDATE person SET\"", "\"INSERT INTO x\""]
    {
        assert_eq!(speaks_sql(offence).len(), 1, "{offence}");
    }
    let store = sources("app/src/store", ".rs");
    assert!(store.iter().any(|source| !speaks_sql(&source.text).is_empty()), "it finds nothing where there is much");
}

/// The names that directly follow `prefix`, alone or in braces.
fn names_after<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    text.match_indices(prefix)
        .flat_map(|(at, _)| {
            let rest = &text[at + prefix.len()..];
            rest.strip_prefix('{').map_or_else(|| vec![rest], heads_in_braces)
        })
        .filter_map(|name| words(name.trim_start()).next())
        .collect()
}

/// The beginnings of the entries between two braces, the first of which is behind us.
fn heads_in_braces(rest: &str) -> Vec<&str> {
    let (mut depth, mut heads) = (0, vec![rest]);
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(&rest[at + 1..]),
            _ => {}
        }
    }
    heads
}

fn meets_another(text: &str, own: &str, features: &[String]) -> Vec<String> {
    let code: String = code(text).flat_map(|line| [line, "\n"]).collect();
    ["pages::", "super::"]
        .into_iter()
        .flat_map(|prefix| names_after(&code, prefix))
        .filter(|name| *name != own && features.iter().any(|feature| feature == name))
        .map(|name| format!("{own} imports {name}"))
        .collect()
}

#[test]
fn no_feature_imports_another() {
    let pages = sources("app/src/pages", ".rs");
    let feature_of = |path: &str| {
        let inside = path.strip_prefix("app/src/pages/").expect("a page");
        inside.split(['/', '.']).next().expect("a name").to_owned()
    };
    let features: Vec<String> = pages.iter().map(|page| feature_of(&page.path)).filter(|name| name != "mod").collect();
    assert!(features.len() > 3, "only {features:?}");
    for page in pages.iter().filter(|page| page.path != "app/src/pages/mod.rs") {
        hold([page], |text| meets_another(text, &feature_of(&page.path), &features));
    }
    let features = ["home", "plan"].map(str::to_owned);
    for offence in [
        "use crate::pages::plan;",
        "use super::super::plan::page;",
        "use crate::{domain::id::Id, pages::{home, plan::form}};",
        "use super::{\n    own_family,\n    plan,\n};",
        "super::plan::row(goal)",
    ] {
        assert_eq!(meets_another(offence, "home", &features), ["home imports plan"], "{offence}");
    }
    let fine = "use crate::domain::plan::Goal;\nuse super::{form, page};\n// pages::plan\ncrate::pages::home::page()";
    assert!(meets_another(fine, "home", &features).is_empty());
}

fn has_cfg_in_a_body(text: &str) -> Vec<String> {
    let lines: Vec<&str> = code(text).collect();
    let stands_well = |at: usize| {
        let line = lines[at];
        let Some((_, behind)) = line.strip_prefix("#[cfg(").and_then(|rest| rest.split_once(")]")) else {
            return false;
        };
        let item = if behind.is_empty() {
            lines[at + 1..].iter().find(|line| !line.starts_with("#[")).copied().unwrap_or_default()
        } else {
            behind.trim_start()
        };
        let item = item.strip_prefix("pub(crate) ").or_else(|| item.strip_prefix("pub ")).unwrap_or(item);
        line == "#[cfg(test)]" || item.starts_with("mod ") || item.starts_with("use ")
    };
    let asks = |line: &str| ["cfg(", "cfg!(", "cfg_attr("].iter().any(|mark| line.contains(mark));
    (0..lines.len()).filter(|at| asks(lines[*at]) && !stands_well(*at)).map(|at| lines[at].to_owned()).collect()
}

#[test]
fn cfg_stands_on_mod_and_use_lines_and_never_in_a_body() {
    hold(&sources("app/src", ".rs"), has_cfg_in_a_body);
    hold(&sources("app/browser/src", ".rs"), has_cfg_in_a_body);
    for offence in [
        "#[cfg(feature = \"ssr\")]\nfn page() {}",
        "    #[cfg(unix)] let x = 1;",
        "if cfg!(feature = \"ssr\") {",
        "#[cfg_attr(feature = \"ssr\", derive(Debug))]\nstruct A;",
        "#[cfg(not(test))]\n    option(1);",
    ] {
        assert_eq!(has_cfg_in_a_body(offence).len(), 1, "{offence}");
    }
    let fine = "#[cfg(feature = \"ssr\")]\npub mod domain;\n#[cfg(unix)] use a::b;\n#[cfg(test)]\nconst X: u8 = 1;\n\
                #[cfg(feature = \"ssr\")]\n#[rustfmt::skip]\npub(crate) use c;";
    assert_eq!(has_cfg_in_a_body(fine), Vec::<String>::new());
}

/// The tables a migration makes, each with the names of its columns.
fn tables(migration: &str) -> Vec<(&str, Vec<&str>)> {
    migration
        .split("CREATE TABLE ")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once(" (\n")?;
            let (columns, _) = rest.split_once("\n)")?;
            let names = columns.lines().filter_map(|line| line.split_whitespace().next());
            Some((name, names.filter(|name| name.chars().all(|c| c.is_lowercase() || c == '_')).collect()))
        })
        .collect()
}

fn without_owner(migration: &str) -> Vec<String> {
    tables(migration)
        .into_iter()
        .filter(|(table, columns)| match *table {
            "municipality" | "unit" | "push_key" | "ceremony" | "errand" => false,
            "family"
            | "absence"
            | "photo"
            | "reminder_choice"
            | "subscription"
            | "reminder"
            | "delivery"
            | "channel"
            | "reach"
            | "identity"
            | "log_chain"
            | "role_proposal"
            | "administration_change" => !columns.contains(&"municipality"),
            _ => !columns.contains(&"municipality") || !columns.contains(&"family"),
        })
        .map(|(table, _)| format!("{table} does not say whose it is"))
        .collect()
}

#[test]
fn every_table_of_family_data_says_whose_municipality_and_family_it_is() {
    let migrations = sources("app/migrations", ".sql");
    hold(&migrations, without_owner);
    let all = migrations.iter().flat_map(|source| tables(&source.text)).count();
    let made: usize = migrations.iter().map(|source| source.text.matches("CREATE TABLE").count()).sum();
    assert_eq!(all, made, "a table is written in a way this test cannot read");
    let offence = "CREATE TABLE diary (\n    id BLOB,\n    family BLOB NOT NULL\n) STRICT;";
    assert_eq!(without_owner(offence), ["diary does not say whose it is"]);
    assert_eq!(without_owner("CREATE TABLE family (\n    id UUID\n);").len(), 1);
}

/// What stands in one list of migrations and not in the other.
fn unequal(sqlite: &[Source], postgres: &[Source]) -> Vec<String> {
    let names = |sources: &[Source]| -> Vec<String> {
        sources
            .iter()
            .flat_map(|source| {
                let file = source.path.rsplit('/').next().unwrap_or_default();
                let tables = tables(&source.text).into_iter();
                let columns = tables.map(move |(table, columns)| format!("{file} {table} {}", columns.join(" ")));
                std::iter::once(file.to_owned()).chain(columns)
            })
            .collect()
    };
    let (sqlite, postgres) = (names(sqlite), names(postgres));
    let missing = |here: &[String], there: &[String]| -> Vec<String> {
        here.iter().filter(|name| !there.contains(name)).cloned().collect()
    };
    [missing(&sqlite, &postgres), missing(&postgres, &sqlite)].concat()
}

#[test]
fn both_databases_have_the_same_migrations_tables_and_columns() {
    let (sqlite, postgres) = (sources("app/migrations/sqlite", ".sql"), sources("app/migrations/postgres", ".sql"));
    assert_eq!(unequal(&sqlite, &postgres), Vec::<String>::new());
    let file = |path: &str, text: &str| [Source { path: path.to_owned(), text: text.to_owned() }];
    let table = "CREATE TABLE a (\n    id BLOB\n);";
    assert_eq!(unequal(&file("s/0001_a.sql", table), &file("p/0001_b.sql", table)).len(), 4);
    let wider = "CREATE TABLE a (\n    id UUID,\n    b TEXT\n);";
    assert_eq!(unequal(&file("s/0001_a.sql", table), &file("p/0001_a.sql", wider)).len(), 2);
    assert_eq!(unequal(&file("s/0001_a.sql", table), &file("p/0001_a.sql", table)).len(), 0);
}

fn knows_left_from_right(css: &str) -> Vec<String> {
    let mut css = css.to_owned();
    while let Some(start) = css.find("/*") {
        let end = css[start..].find("*/").map_or(css.len(), |end| start + end + 2);
        css.replace_range(start..end, " ");
    }
    css.split(['{', '}', ';'])
        .filter_map(|declaration| {
            let (name, value) = declaration.split_once(':')?;
            let name = name.trim();
            let is_side = |word: &str| matches!(word, "left" | "right");
            let by_name = !name.starts_with("--") && name.split('-').any(is_side);
            let by_value = matches!(name, "text-align" | "text-align-last" | "float" | "clear" | "caption-side")
                || name.starts_with("justify-");
            (by_name || (by_value && value.split_whitespace().any(is_side)))
                .then(|| format!("{name}:{}", value.trim_end()))
        })
        .collect()
}

#[test]
fn the_style_knows_start_and_end_and_neither_left_nor_right() {
    hold(&sources("style", ".css"), knows_left_from_right);
    for offence in [
        "a { margin-left: 1rem }",
        "a{padding-right:1px;}",
        "a { left: 0; }",
        "a { @media print { right: 0 } }",
        "a { text-align: left; }",
        "a { float: right !important }",
        "a { border-top-left-radius: 1px }",
        "a { inset: 0; scroll-margin-left: 2px }",
    ] {
        assert_eq!(knows_left_from_right(offence).len(), 1, "{offence}");
    }
    let fine =
        "/* left: 0 */ .left:hover { margin-inline-start: 1px; text-align: start; --left: 1; float: inline-end }";
    assert!(knows_left_from_right(fine).is_empty());
}

fn draws_emoji(text: &str) -> Vec<String> {
    let is_emoji = |c: char| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe0f}');
    text.lines().filter(|line| line.chars().any(is_emoji)).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn no_sentence_and_no_style_draws_emoji() {
    for (room, ending) in [("app/src", ".rs"), ("server/src", ".rs"), ("style", ".css"), ("app/migrations", ".sql")] {
        hold(&sources(room, ending), draws_emoji);
    }
    for offence in ["\"Godt gået \u{1f44d}\"", "\u{2705} Gemt", "\u{2764}\u{fe0f}"] {
        assert_eq!(draws_emoji(offence).len(), 1, "{offence}");
    }
    assert!(draws_emoji("Æ ø å · – — → “citat” …").is_empty());
}
