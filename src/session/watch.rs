//! What goes on until the widget is gone: the clock, and the page's address.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::Session;

/// Milliseconds between two looks at the clock: times are told to the minute.
const TICK: i32 = 60_000;

/// What tells that the connection is back, or the reader. `visibilitychange` bubbles to the window.
const BACK: [&str; 2] = ["online", "visibilitychange"];

/// Watches for a session, until it is dropped.
pub(crate) struct Watch {
    timer: Option<i32>,
    on_hash: Closure<dyn FnMut()>,
    on_back: Closure<dyn FnMut()>,
    _on_tick: Closure<dyn FnMut()>,
}

impl Watch {
    /// Begins to watch.
    pub(crate) fn new(session: &Rc<Session>) -> Self {
        let (ticking, going) = (Rc::clone(session), Rc::clone(session));
        let mut ticks = 0_u32;
        let on_tick = Closure::new(move || {
            ticking.tick();
            ticks = ticks.wrapping_add(1);
            // After 1, 2, 4, ... minutes, and when the connection or the reader is back.
            if ticks.is_power_of_two() {
                ticking.resend_unsent();
            }
        });
        let sending = Rc::clone(session);
        let on_back: Closure<dyn FnMut()> = Closure::new(move || sending.resend_unsent());
        let on_hash = Closure::new(move || going.go_to_target());
        let window = web_sys::window();
        let timer = window.as_ref().and_then(|window| {
            let _ = window
                .add_event_listener_with_callback("hashchange", on_hash.as_ref().unchecked_ref());
            let back: &js_sys::Function = on_back.as_ref().unchecked_ref();
            for name in BACK {
                let _ = window.add_event_listener_with_callback(name, back);
            }
            window
                .set_interval_with_callback_and_timeout_and_arguments_0(
                    on_tick.as_ref().unchecked_ref(),
                    TICK,
                )
                .ok()
        });
        Self {
            timer,
            on_hash,
            on_back,
            _on_tick: on_tick,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let Some(window) = web_sys::window() else {
            return;
        };
        if let Some(timer) = self.timer {
            window.clear_interval_with_handle(timer);
        }
        let _ = window.remove_event_listener_with_callback(
            "hashchange",
            self.on_hash.as_ref().unchecked_ref(),
        );
        let back: &js_sys::Function = self.on_back.as_ref().unchecked_ref();
        for name in BACK {
            let _ = window.remove_event_listener_with_callback(name, back);
        }
    }
}
