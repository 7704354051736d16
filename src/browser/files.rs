//! What stands beside the Wasm, and is brought when it is needed.

use std::cell::Cell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;

/// The files beside the Wasm, and the texts that came with it.
#[derive(Debug, Default)]
pub struct Files {
    /// Imports the module with the name that it is given, and returns a promise of it. None where
    /// there are no files.
    pub load: Option<Function>,
    /// The parsed `locales/LANG.json`; undefined for English.
    pub messages: JsValue,
    /// How often one did not come. Browsers may remember that for good: hence a new address for
    /// each try.
    tries: Cell<usize>,
}

impl Files {
    /// The files that `load` imports, with the texts of a language.
    #[must_use]
    pub fn new(load: Option<Function>, messages: JsValue) -> Self {
        Self {
            load,
            messages,
            tries: Cell::default(),
        }
    }

    /// The promise of a module. It is on its way when this returns.
    #[must_use]
    pub fn load(&self, name: &str) -> Option<Promise> {
        let load = self.load.as_ref()?;
        let name = [name, &"?".repeat(self.tries.get())].concat();
        let module = load.call1(&JsValue::NULL, &name.into()).ok()?;
        Some(Promise::resolve(&module))
    }

    /// One did not come: the next is asked for under another address.
    pub fn failed(&self) {
        self.tries.set(self.tries.get() + 1);
    }
}
