//! Saving and restoring an instance under test.

use std::os::raw::c_void;

use super::TestHost;
use crate::abi::{self, ResultCode};

/// A state on its way, and the most bytes of it that are passed at once.
struct Stream {
    bytes: Vec<u8>,
    piece: usize,
}

unsafe extern "C" fn write(
    host: *mut c_void,
    bytes: *const c_void,
    size: u64,
    out_written: *mut u64,
) -> ResultCode {
    let stream = &mut *(host as *mut Stream);
    let count = (size as usize).min(stream.piece);
    stream.bytes.extend_from_slice(std::slice::from_raw_parts(bytes as *const u8, count));
    *out_written = count as u64;
    abi::OK
}

unsafe extern "C" fn read(
    host: *mut c_void,
    bytes: *mut c_void,
    size: u64,
    out_read: *mut u64,
) -> ResultCode {
    let stream = &mut *(host as *mut Stream);
    if stream.bytes.is_empty() {
        return abi::END;
    }
    let count = (size as usize).min(stream.piece).min(stream.bytes.len());
    std::ptr::copy_nonoverlapping(stream.bytes.as_ptr(), bytes as *mut u8, count);
    stream.bytes.drain(..count);
    *out_read = count as u64;
    abi::OK
}

impl TestHost {
    /// The instance's whole state; none when it keeps none. At most `piece` bytes are taken at
    /// once, so that the loop is tested.
    pub fn save(&mut self, piece: usize) -> Result<Option<Vec<u8>>, String> {
        let (save, instance) = match (self.strategy.save, self.model.save) {
            (Some(save), _) => (save, self.strategy.self_),
            (_, Some(save)) => (save, self.model.self_),
            _ => return Ok(None),
        };
        let mut stream = Stream { bytes: vec![], piece };
        let mut writer = abi::StateWriter::zero();
        writer.struct_size = std::mem::size_of::<abi::StateWriter>() as u32;
        writer.host = &mut stream as *mut Stream as *mut c_void;
        writer.write = Some(write);
        // The stream and its table live until the call has returned.
        match unsafe { save(instance, &mut writer) } {
            abi::OK => Ok(Some(stream.bytes)),
            abi::ERROR_UNSUPPORTED => Ok(None),
            code => Err(format!("save answered {}", code)),
        }
    }

    /// Takes over what `save` gave.
    pub fn restore(&mut self, state: &[u8], piece: usize) -> Result<(), String> {
        let (load, instance) = match (self.strategy.load, self.model.load) {
            (Some(load), _) => (load, self.strategy.self_),
            (_, Some(load)) => (load, self.model.self_),
            _ => return Err(String::from("there is no load")),
        };
        let mut stream = Stream { bytes: state.to_vec(), piece };
        let mut reader = abi::StateReader::zero();
        reader.struct_size = std::mem::size_of::<abi::StateReader>() as u32;
        reader.schema = 1;
        reader.host = &mut stream as *mut Stream as *mut c_void;
        reader.read = Some(read);
        // The stream and its table live until the call has returned.
        match unsafe { load(instance, &reader) } {
            abi::OK => Ok(()),
            code => Err(format!("load answered {}", code)),
        }
    }
}
