//! What stands beside the Wasm, and is brought when it is needed.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;

use super::property;

/// The files beside the Wasm.
#[derive(Debug, Default)]
pub struct Files {
    /// What the loader has given: `load` is a function that imports the module with the name that
    /// it is given.
    pub options: JsValue,
    /// What a name ends with. Browsers may remember for good that a module did not come: hence a
    /// new address for each try.
    tries: RefCell<String>,
}

impl Files {
    /// The files that the loader's options bring.
    #[must_use]
    pub fn new(options: JsValue) -> Self {
        Self {
            options,
            tries: RefCell::default(),
        }
    }

    /// The promise of a module; none where there are no files. It is on its way when this returns.
    #[must_use]
    pub fn load(&self, name: &str) -> Option<Promise> {
        let load: Function = property(&self.options, "load")?;
        let name = [name, &self.tries.borrow()].concat();
        let module = load.call1(&JsValue::NULL, &name.into()).ok()?;
        Some(Promise::resolve(&module))
    }

    /// One did not come: the next is asked for under another address.
    pub fn failed(&self) {
        self.tries.borrow_mut().push('?');
    }
}
