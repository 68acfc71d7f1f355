//! The host's side of an instance under test.

use std::os::raw::c_void;

use crate::abi::{self, ResultCode};
use crate::library::{text, Entry};

/// What the services point to.
struct Given {
    plugin: *const abi::Plugin,
    values: Vec<(&'static str, abi::Value)>,
    names: Vec<abi::Text>,
    empty: Vec<abi::Text>,
    indices: Vec<u32>,
    zeros: Vec<i64>,
    ones: Vec<i64>,
    revisions: Vec<u32>,
    kinds: Vec<u8>,
    price_decimals: Vec<u8>,
    quantity_decimals: Vec<u8>,
    columns: abi::Instruments,
    log: Vec<String>,
    state: u64,
}

/// What an instance under test is given.
pub(super) struct TestServices {
    given: Box<Given>,
    table: Box<abi::Services>,
}

impl TestServices {
    pub(super) fn new() -> Self {
        let mut given = Box::new(Given {
            plugin: std::ptr::null(),
            values: vec![],
            names: vec![],
            empty: vec![],
            indices: vec![],
            zeros: vec![],
            ones: vec![],
            revisions: vec![],
            kinds: vec![],
            price_decimals: vec![],
            quantity_decimals: vec![],
            columns: abi::Instruments::zero(),
            log: vec![],
            state: 1,
        });
        let table = Box::new(abi::Services {
            struct_size: std::mem::size_of::<abi::Services>() as u32,
            reserved: 0,
            host: &mut *given as *mut Given as *mut c_void,
            log: Some(log),
            random: Some(random),
            parameter: Some(parameter),
            instruments: Some(instruments),
            get_value: Some(nothing),
            resource: Some(nothing),
            get_extension: Some(no_extension),
        });
        TestServices { given, table }
    }

    /// Adds an instrument with steps of one unit. Returns its index.
    pub(super) fn instrument(&mut self, name: &'static str, decimals: [u8; 2]) -> u32 {
        let given = &mut *self.given;
        let index = given.indices.len() as u32;
        given.indices.push(index);
        given.names.push(text(name));
        given.empty.push(text(""));
        given.zeros.push(0);
        given.ones.push(1);
        given.revisions.push(0);
        given.kinds.push(abi::SPOT as u8);
        given.price_decimals.push(decimals[0]);
        given.quantity_decimals.push(decimals[1]);
        index
    }

    /// Decimals of an instrument's prices and quantities.
    pub(super) fn decimals(&self, index: u32) -> [u16; 2] {
        let row = index as usize;
        [self.given.price_decimals[row].into(), self.given.quantity_decimals[row].into()]
    }

    /// Gives a parameter by its name.
    pub(super) fn value(&mut self, name: &'static str, value: abi::Value) {
        self.given.values.push((name, value));
    }

    /// What the plugin logged.
    pub(super) fn log(&self) -> String {
        self.given.log.join("; ")
    }

    fn point(&mut self) {
        let given = &mut *self.given;
        given.columns = abi::Instruments {
            struct_size: std::mem::size_of::<abi::Instruments>() as u32,
            count: given.indices.len() as u32,
            time_ns: given.zeros.as_ptr(),
            instrument: given.indices.as_ptr(),
            revision: given.revisions.as_ptr(),
            name: given.names.as_ptr(),
            venue: given.empty.as_ptr(),
            currency: given.empty.as_ptr(),
            kind: given.kinds.as_ptr(),
            price_decimals: given.price_decimals.as_ptr(),
            quantity_decimals: given.quantity_decimals.as_ptr(),
            price_step: given.ones.as_ptr(),
            quantity_step: given.ones.as_ptr(),
            multiplier: given.ones.as_ptr(),
            expiry_ns: given.zeros.as_ptr(),
        };
    }

    /// Makes plugin number `index` of the library behind `entry`, whose kind `table` fits. The
    /// error is the plugin's own.
    pub(super) fn create(
        &mut self,
        entry: Entry,
        index: usize,
        needs: &mut abi::Needs,
        table: impl FnOnce(u32) -> *mut c_void,
    ) -> Result<(), String> {
        self.point();
        let mut host = abi::Host::zero();
        host.struct_size = std::mem::size_of::<abi::Host>() as u32;
        host.abi_minor = abi::ABI_MINOR;
        needs.struct_size = std::mem::size_of::<abi::Needs>() as u32;
        let mut library: *const abi::Library = std::ptr::null();
        let mut error = abi::Error::zero();
        error.struct_size = std::mem::size_of::<abi::Error>() as u32;
        // The library's pointers are constants of the program.
        let result = unsafe {
            let mut result = entry(&host, &mut library, &mut error);
            if result == abi::OK {
                let plugin = *(*library).plugins.add(index);
                self.given.plugin = plugin;
                let table = table((*plugin).kind);
                result = match (*plugin).create {
                    _ if table.is_null() => return Err(String::from("it is of another kind")),
                    Some(create) => create(plugin, &*self.table, table, needs, &mut error),
                    None => abi::ERROR_UNSUPPORTED,
                };
            }
            result
        };
        if result == abi::OK {
            return Ok(());
        }
        let bytes: Vec<u8> = error.text.iter().map(|one| *one as u8).collect();
        let end = bytes.iter().position(|one| *one == 0).unwrap_or(bytes.len());
        Err(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }
}

unsafe extern "C" fn log(host: *mut c_void, _: u32, line: abi::Text) {
    let bytes = std::slice::from_raw_parts(line.data as *const u8, line.size as usize);
    (*(host as *mut Given)).log.push(String::from_utf8_lossy(bytes).into_owned());
}

unsafe extern "C" fn random(host: *mut c_void, out: *mut u64) -> ResultCode {
    let given = &mut *(host as *mut Given);
    given.state = given.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    *out = given.state;
    abi::OK
}

unsafe extern "C" fn parameter(host: *mut c_void, id: u32, out: *mut abi::Value) -> ResultCode {
    let given = &*(host as *mut Given);
    let plugin = &*given.plugin;
    let list = std::slice::from_raw_parts(plugin.parameters, plugin.parameter_count as usize);
    let definition = match list.iter().find(|one| one.id == id) {
        Some(definition) => definition,
        None => return abi::NOT_FOUND,
    };
    let name = std::slice::from_raw_parts(
        definition.name.data as *const u8,
        definition.name.size as usize,
    );
    let found = given.values.iter().find(|one| one.0.as_bytes() == name);
    *out = found.map_or(definition.initial, |one| one.1);
    (*out).type_ = definition.type_;
    abi::OK
}

unsafe extern "C" fn instruments(host: *mut c_void, out: *mut *const abi::Instruments)
    -> ResultCode {
    *out = &(*(host as *mut Given)).columns;
    abi::OK
}

unsafe extern "C" fn nothing(_: *mut c_void, _: abi::Text, _: *mut abi::Text) -> ResultCode {
    abi::NOT_FOUND
}

unsafe extern "C" fn no_extension(_: *mut c_void, _: abi::Text) -> *const c_void {
    std::ptr::null()
}
