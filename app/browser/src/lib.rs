//! The entry of the WebAssembly file: it only makes the islands of `app` reachable.

pub use app::islands;
