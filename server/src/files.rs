//! The built files: stylesheet, script, WebAssembly, icons. Read once at the start, so no address reaches the disk.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use serde::Deserialize;

/// The kind of a script.
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// What a worker may do that is made of a script of ours (CSP Level 3 §4.2.3): bring our own scripts, ask ourselves, and
/// show our own pictures beside a reminder.
const WORKER_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'";

/// The list of built files that stands among them.
const LIST: &str = "assets.json";

/// Where the stylesheets are written, beside where the program is started.
const STYLE: &str = "style";

/// One file as it is sent.
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    kind: &'static str,
    forever: bool,
}

/// The files by their addresses.
#[derive(Default)]
pub struct Files(HashMap<String, File>);

#[derive(Deserialize)]
struct Built {
    path: String,
}

impl Files {
    /// Reads every file below a folder, and the addresses of the built ones by their names.
    ///
    /// Without a list of built files the folder is one that `cargo leptos` keeps, whose names are fixed; the stylesheets
    /// are then read where they are written.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read, or the list is not one of ours.
    pub fn read(folder: &Path) -> std::io::Result<(Self, HashMap<String, String>)> {
        let mut files = HashMap::new();
        let list = folder.join(LIST);
        let built = list.is_file();
        let style = Path::new(STYLE);
        let style = if built || !style.is_dir() { Vec::new() } else { walk(style)? };
        for path in walk(folder)?.into_iter().chain(style) {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if name == LIST || name.ends_with(".br") {
                continue;
            }
            let brotli = path.with_file_name(format!("{}.br", path.file_name().unwrap_or_default().to_string_lossy()));
            let file = File {
                plain: fs::read(&path)?.into(),
                brotli: if brotli.is_file() { Some(fs::read(brotli)?.into()) } else { None },
                kind: kind(&name),
                forever: name.starts_with("static/"),
            };
            files.insert(format!("/{name}"), file);
        }
        let addresses = if built {
            let built: HashMap<String, Built> = serde_json::from_slice(&fs::read(list)?)?;
            built.into_iter().map(|(name, built)| (name, built.path)).collect()
        } else {
            [("main.css", "/style/main.css"), ("browser.wasm", "/pkg/browser.wasm")]
                .map(|(name, path)| (name.to_owned(), path.to_owned()))
                .into()
        };
        Ok((Self(files), addresses))
    }

    /// The addresses of all files.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The file at an address, compressed where the browser takes it.
    pub fn get(&self, address: &str, headers: &HeaderMap) -> Option<Response<Body>> {
        let file = self.0.get(address)?;
        let compressed = file.brotli.as_ref().filter(|_| takes_brotli(headers));
        let mut response = Response::new(Body::from(compressed.unwrap_or(&file.plain).clone()));
        *response.status_mut() = StatusCode::OK;
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        let cached = if file.forever { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
        if file.kind == SCRIPT {
            out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
        }
        if compressed.is_some() {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        Some(response)
    }
}

/// Whether a browser takes brotli (RFC 9110 §12.5.3).
pub fn takes_brotli(headers: &HeaderMap) -> bool {
    let encodings = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    encodings.flat_map(|line| line.split(',')).any(|encoding| {
        let mut parts = encoding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn walk(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(walk(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => SCRIPT,
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("html") => "text/html; charset=utf-8",
        Some("json" | "webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_list_is_the_one_that_cargo_leptos_keeps() {
        let folder = std::env::temp_dir().join(format!("vores-plan-files-{}", std::process::id()));
        fs::create_dir_all(folder.join("pkg")).expect("a folder");
        fs::write(folder.join("pkg/browser.wasm"), b"wasm").expect("a file");
        let read = Files::read(&folder);
        fs::remove_dir_all(&folder).expect("it goes away");
        let (files, addresses) = read.expect("files");
        assert_eq!(addresses["main.css"], "/style/main.css", "a stylesheet of parts, which nobody puts together");
        assert_eq!(files.addresses().collect::<Vec<_>>(), [addresses["browser.wasm"].as_str()]);

        let workspace = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).expect("a manifest");
        for line in ["bin-exe-name = \"vores-plan\"", "watch-additional-files = [\"style\"]"] {
            assert!(workspace.lines().any(|found| found == line), "without it nothing is served: {line}");
        }
    }
}
