//! The C tables of a plugin, its note and the entry.

use std::any::Any;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::abi::{self, ResultCode};
use crate::drive::{drive_model, drive_strategy, Model, Strategy};
use crate::exchange::{create_exchange, Exchange};
use crate::outputs::{Forecasts, Intents, PER_GROUP};
use crate::parameter::Parameter;
use crate::setup::{Need, Setup};
use crate::state::{load_model, load_strategy, save_model, save_strategy};

/// What a plugin is, for people and for the host.
pub struct Info {
    /// Reverse domain name: lower case, digits, `.` and `-`; never changes.
    pub id: &'static str,
    /// Semantic version.
    pub version: &'static str,
    /// For people.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Who wrote it.
    pub author: &'static str,
    /// SPDX expression.
    pub license: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
}

/// A plugin of any kind, ready for a library.
#[repr(transparent)]
pub struct Plugin(abi::Plugin);

// It points to constants of the program only.
unsafe impl Sync for Plugin {}

/// A library of plugins; `export!` makes one.
#[doc(hidden)]
#[repr(transparent)]
pub struct Library(abi::Library);

unsafe impl Sync for Library {}

/// The type of `rialto_plugin_entry`.
pub type Entry = unsafe extern "C" fn(
    *const abi::Host,
    *mut *const abi::Library,
    *mut abi::Error,
) -> ResultCode;

type Create = unsafe extern "C" fn(
    *const abi::Plugin,
    *const abi::Services,
    *mut c_void,
    *mut abi::Needs,
    *mut abi::Error,
) -> ResultCode;

pub(crate) const fn text(text: &'static str) -> abi::Text {
    abi::Text { data: text.as_ptr() as *const c_char, size: text.len() as u64 }
}

const fn describe(kind: u32, info: Info, create: Create) -> Plugin {
    Plugin(abi::Plugin {
        struct_size: std::mem::size_of::<abi::Plugin>() as u32,
        kind,
        id: text(info.id),
        version: text(info.version),
        name: text(info.name),
        summary: text(info.summary),
        author: text(info.author),
        license: text(info.license),
        parameters: info.parameters.as_ptr() as *const abi::Parameter,
        parameter_count: info.parameters.len() as u32,
        reserved: 0,
        context: std::ptr::null(),
        create: Some(create),
        get_extension: None,
    })
}

/// Offers `S` as a strategy.
pub const fn strategy<S: Strategy>() -> Plugin {
    describe(abi::PLUGIN_STRATEGY, S::INFO, create_strategy::<S>)
}

/// Offers `M` as a model.
pub const fn model<M: Model>() -> Plugin {
    describe(abi::PLUGIN_MODEL, M::INFO, create_model::<M>)
}

/// Offers `X` as an exchange, over the draft "rialto.exchange/1".
pub const fn exchange<X: Exchange>() -> Plugin {
    describe(abi::PLUGIN_EXCHANGE, X::INFO, create_exchange::<X>)
}

/// An instance, and why it failed; the reason is logged when the host destroys it, since nothing on
/// the data lane calls the host.
pub(crate) struct Instance<P> {
    services: *const abi::Services,
    pub(crate) plugin: P,
    needs: Vec<Need>,
    is_open_loop: bool,
    pub(crate) failure: String,
}

/// What a panic said.
pub(crate) fn said(panic: Box<dyn Any + Send>) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => format!("panic: {}", text),
        (_, Some(text)) => format!("panic: {}", text),
        _ => String::from("panic"),
    }
}

/// # Safety
/// `error` is null or the host's.
unsafe fn refuse(error: *mut abi::Error, code: ResultCode, why: &str) -> ResultCode {
    if let Some(error) = error.as_mut() {
        error.code = code;
        let size = why.len().min(error.text.len() - 1);
        for (place, byte) in error.text.iter_mut().zip(&why.as_bytes()[..size]) {
            *place = *byte as c_char;
        }
        error.text[size] = 0;
    }
    code
}

/// Makes an instance and says what it needs.
///
/// # Safety
/// The pointers are the host's.
pub(crate) unsafe fn create<P>(
    services: *const abi::Services,
    out_needs: *mut abi::Needs,
    out_error: *mut abi::Error,
    make: impl FnOnce(&Setup) -> Result<(P, Vec<Need>, bool), String>,
) -> Result<*mut c_void, ResultCode> {
    let made = catch_unwind(AssertUnwindSafe(|| make(&Setup::new(services))));
    let (plugin, needs, is_open_loop) = match made {
        Ok(Ok(made)) => made,
        Ok(Err(why)) => return Err(refuse(out_error, abi::ERROR_PARAMETER, &why)),
        Err(panic) => return Err(refuse(out_error, abi::ERROR, &said(panic))),
    };
    let failure = String::new();
    let instance = Box::new(Instance { services, plugin, needs, is_open_loop, failure });
    let needs = &mut *out_needs;
    needs.flags = if is_open_loop { abi::NEEDS_OPEN_LOOP } else { 0 };
    needs.need_count = instance.needs.len() as u32;
    needs.intents_per_group = PER_GROUP;
    needs.needs = instance.needs.as_ptr() as *const abi::Need;
    Ok(Box::into_raw(instance) as *mut c_void)
}

unsafe extern "C" fn create_strategy<S: Strategy>(
    _: *const abi::Plugin,
    services: *const abi::Services,
    out_table: *mut c_void,
    out_needs: *mut abi::Needs,
    out_error: *mut abi::Error,
) -> ResultCode {
    let made = create(services, out_needs, out_error, |setup| {
        let strategy = S::new(setup)?;
        let (needs, is_open_loop) = (strategy.needs(), strategy.is_open_loop());
        Ok((strategy, needs, is_open_loop))
    });
    match made {
        Err(code) => code,
        Ok(instance) => {
            let table = &mut *(out_table as *mut abi::Strategy);
            table.self_ = instance;
            table.on_batch = Some(run_strategy::<S>);
            table.save = Some(save_strategy::<S>);
            table.load = Some(load_strategy::<S>);
            table.destroy = Some(destroy::<S>);
            abi::OK
        }
    }
}

unsafe extern "C" fn create_model<M: Model>(
    _: *const abi::Plugin,
    services: *const abi::Services,
    out_table: *mut c_void,
    out_needs: *mut abi::Needs,
    out_error: *mut abi::Error,
) -> ResultCode {
    let made = create(services, out_needs, out_error, |setup| {
        let model = M::new(setup)?;
        let needs = model.needs();
        Ok((model, needs, false))
    });
    match made {
        Err(code) => code,
        Ok(instance) => {
            let table = &mut *(out_table as *mut abi::Model);
            table.self_ = instance;
            table.on_batch = Some(run_model::<M>);
            table.save = Some(save_model::<M>);
            table.load = Some(load_model::<M>);
            table.destroy = Some(destroy::<M>);
            abi::OK
        }
    }
}

/// Ends a call: the count goes to the host, or the reason to the instance.
///
/// # Safety
/// `out_consumed` is the host's.
unsafe fn finish(
    failure: &mut String,
    outcome: Result<(u32, bool), Box<dyn Any + Send>>,
    out_consumed: *mut u32,
) -> ResultCode {
    match outcome {
        Ok((consumed, false)) => {
            *out_consumed = consumed;
            return abi::OK;
        }
        Ok(_) => *failure = String::from("one time group wants more than fits"),
        Err(panic) => *failure = said(panic),
    }
    abi::ERROR
}

unsafe extern "C" fn run_strategy<S: Strategy>(
    instance: *mut c_void,
    batch: *const abi::Batch,
    table: *mut abi::Intents,
    out_consumed: *mut u32,
) -> ResultCode {
    let instance = &mut *(instance as *mut Instance<S>);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let batch = &*batch;
        let mut intents = Intents::new(&mut *table, batch.flags, instance.is_open_loop);
        let consumed = drive_strategy(&mut instance.plugin, batch, &mut intents);
        (consumed, intents.has_overflowed)
    }));
    finish(&mut instance.failure, outcome, out_consumed)
}

unsafe extern "C" fn run_model<M: Model>(
    instance: *mut c_void,
    batch: *const abi::Batch,
    table: *mut abi::ForecastsOut,
    out_consumed: *mut u32,
) -> ResultCode {
    let instance = &mut *(instance as *mut Instance<M>);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let batch = &*batch;
        let mut forecasts = Forecasts::new(&mut *table, batch.flags);
        let consumed = drive_model(&mut instance.plugin, batch, &mut forecasts);
        (consumed, forecasts.has_overflowed)
    }));
    finish(&mut instance.failure, outcome, out_consumed)
}

pub(crate) unsafe extern "C" fn destroy<P>(instance: *mut c_void) {
    let instance = Box::from_raw(instance as *mut Instance<P>);
    if !instance.failure.is_empty() {
        if let Some(log) = (*instance.services).log {
            let bytes = instance.failure.as_bytes();
            let line = abi::Text {
                data: bytes.as_ptr() as *const c_char,
                size: bytes.len() as u64,
            };
            log((*instance.services).host, abi::LOG_ERROR, line);
        }
    }
    // A panic while it is dropped must not cross either.
    drop(catch_unwind(AssertUnwindSafe(|| drop(instance))));
}

impl Library {
    /// The table of a list of plugins.
    #[doc(hidden)]
    pub const fn new(plugins: &'static [&'static Plugin]) -> Library {
        Library(abi::Library {
            struct_size: std::mem::size_of::<abi::Library>() as u32,
            abi_major: abi::ABI_MAJOR,
            abi_minor: abi::ABI_MINOR,
            plugin_count: plugins.len() as u32,
            plugins: plugins.as_ptr() as *const *const abi::Plugin,
        })
    }

    /// Answers `rialto_plugin_entry`.
    ///
    /// # Safety
    /// The pointers are the host's.
    #[doc(hidden)]
    pub unsafe fn answer(
        &'static self,
        host: *const abi::Host,
        out_library: *mut *const abi::Library,
        out_error: *mut abi::Error,
    ) -> ResultCode {
        let host = &*host;
        if host.abi_major_min > abi::ABI_MAJOR || host.abi_major_max < abi::ABI_MAJOR {
            return refuse(out_error, abi::ERROR_ABI, "this plugin speaks ABI major 0 only");
        }
        *out_library = &self.0;
        abi::OK
    }
}

/// A text of the note, padded with zeros; a longer one is cut.
#[doc(hidden)]
pub const fn note_text<const N: usize>(text: &str) -> [c_char; N] {
    let bytes = text.as_bytes();
    let mut result = [0; N];
    let mut index = 0;
    while index < bytes.len() && index + 1 < N {
        result[index] = bytes[index] as c_char;
        index += 1;
    }
    result
}

/// Makes a library of the plugins given: the note, with id and version of the first, and the entry.
/// Use it once, in the crate's root.
#[macro_export]
macro_rules! export {
    ($id:literal, $version:literal, $($plugin:expr),+ $(,)?) => {
        #[used]
        #[link_section = ".note.rialto"]
        static RIALTO_NOTE: $crate::abi::Note = $crate::abi::Note {
            name_size: 7,
            data_size: std::mem::size_of::<$crate::abi::Note>() as u32 - 20,
            type_: $crate::abi::NOTE_TYPE,
            owner: $crate::note_text("Rialto"),
            abi_major_min: $crate::abi::ABI_MAJOR,
            abi_major_max: $crate::abi::ABI_MAJOR,
            abi_minor: $crate::abi::ABI_MINOR,
            id: $crate::note_text($id),
            version: $crate::note_text($version),
            language: $crate::note_text("rust"),
            compiler: $crate::note_text(match option_env!("RUSTC_VERSION") {
                Some(version) => version,
                None => "rustc",
            }),
        };

        static RIALTO_LIBRARY: $crate::Library = $crate::Library::new(&[$(&$plugin),+]);

        /// The entry of the library.
        ///
        /// # Safety
        /// The pointers are the host's.
        #[no_mangle]
        pub unsafe extern "C" fn rialto_plugin_entry(
            host: *const $crate::abi::Host,
            out_library: *mut *const $crate::abi::Library,
            out_error: *mut $crate::abi::Error,
        ) -> $crate::abi::ResultCode {
            RIALTO_LIBRARY.answer(host, out_library, out_error)
        }
    };
}
