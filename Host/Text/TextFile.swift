import Glibc

/// Small files read and written whole.
package enum TextFile {
    /// Returns the bytes of a file.
    ///
    /// - Parameter limit: Most bytes that are accepted; a larger file is refused, not cut.
    /// - Throws: What the system said, in the house form.
    package static func read(_ path: String, limit: Int) throws(HouseMessage) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw HouseMessage(
                    "cannot read \(path): it is larger than \(limit) bytes",
                    help: "give the path of a smaller file")
            }
        }
    }

    /// Writes a file whole: a reader sees the old content or the new one, never a part.
    package static func write(_ bytes: [UInt8], to path: String) throws(HouseMessage) {
        let draft = path + ".partial-\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        let done = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let cause = errno
        close(descriptor)
        guard done else {
            unlink(draft)
            throw failure("write", path, cause)
        }
        guard rename(draft, path) == 0 else {
            let cause = errno
            unlink(draft)
            throw failure("write", path, cause)
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
    }

    private static func failure(
        _ verb: String, _ path: String, _ code: Int32 = errno
    ) -> HouseMessage {
        HouseMessage("cannot \(verb) \(path): \(String(cString: strerror(code)).lowercased())")
    }
}
