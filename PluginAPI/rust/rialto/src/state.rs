//! Saved state, through the host's chunked streams.

use std::os::raw::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::abi::{self, ResultCode};
use crate::drive::{Model, Strategy};
use crate::library::{said, Instance};

/// Bytes that are read at once.
const PIECE: usize = 1 << 16;

/// Writes a state in as many pieces as the host takes.
///
/// # Safety
/// `writer` is the host's.
unsafe fn write(writer: *mut abi::StateWriter, bytes: &[u8]) -> ResultCode {
    let writer = &mut *writer;
    writer.schema = 1;
    let call = match writer.write {
        Some(call) => call,
        None => return abi::ERROR_ARGUMENT,
    };
    let mut done = 0;
    while done < bytes.len() {
        let rest = &bytes[done..];
        let mut written = 0;
        let size = rest.len() as u64;
        let result = call(writer.host, rest.as_ptr() as *const c_void, size, &mut written);
        if result != abi::OK || written == 0 || written > size {
            return abi::ERROR_STATE;
        }
        done += written as usize;
    }
    abi::OK
}

/// Reads a state to its end; none when the host fails.
///
/// # Safety
/// `reader` is the host's.
unsafe fn read(reader: *const abi::StateReader) -> Option<Vec<u8>> {
    let reader = &*reader;
    let call = reader.read?;
    let (mut bytes, mut piece) = (vec![], vec![0_u8; PIECE]);
    loop {
        let mut count = 0;
        match call(reader.host, piece.as_mut_ptr() as *mut c_void, PIECE as u64, &mut count) {
            abi::END => return Some(bytes),
            abi::OK if count > 0 => bytes.extend_from_slice(piece.get(..count as usize)?),
            _ => return None,
        }
    }
}

/// # Safety
/// The pointers are the host's, `instance` one of this `P`.
unsafe fn save<P>(
    instance: *mut c_void,
    writer: *mut abi::StateWriter,
    state: impl FnOnce(&P) -> Option<Vec<u8>>,
) -> ResultCode {
    let Instance { plugin, failure, .. } = &mut *(instance as *mut Instance<P>);
    match catch_unwind(AssertUnwindSafe(|| state(plugin))) {
        Ok(Some(bytes)) => write(writer, &bytes),
        Ok(None) => abi::ERROR_UNSUPPORTED,
        Err(panic) => {
            *failure = said(panic);
            abi::ERROR
        }
    }
}

/// # Safety
/// The pointers are the host's, `instance` one of this `P`.
unsafe fn load<P>(
    instance: *mut c_void,
    reader: *const abi::StateReader,
    restore: impl FnOnce(&mut P, &[u8]) -> bool,
) -> ResultCode {
    let Instance { plugin, failure, .. } = &mut *(instance as *mut Instance<P>);
    let bytes = match read(reader) {
        Some(bytes) => bytes,
        None => return abi::ERROR_STATE,
    };
    match catch_unwind(AssertUnwindSafe(|| restore(plugin, &bytes))) {
        Ok(true) => abi::OK,
        Ok(false) => abi::ERROR_STATE,
        Err(panic) => {
            *failure = said(panic);
            abi::ERROR
        }
    }
}

pub(crate) unsafe extern "C" fn save_strategy<S: Strategy>(
    instance: *mut c_void,
    writer: *mut abi::StateWriter,
) -> ResultCode {
    save(instance, writer, S::save)
}

pub(crate) unsafe extern "C" fn load_strategy<S: Strategy>(
    instance: *mut c_void,
    reader: *const abi::StateReader,
) -> ResultCode {
    load(instance, reader, S::restore)
}

pub(crate) unsafe extern "C" fn save_model<M: Model>(
    instance: *mut c_void,
    writer: *mut abi::StateWriter,
) -> ResultCode {
    save(instance, writer, M::save)
}

pub(crate) unsafe extern "C" fn load_model<M: Model>(
    instance: *mut c_void,
    reader: *const abi::StateReader,
) -> ResultCode {
    load(instance, reader, M::restore)
}
