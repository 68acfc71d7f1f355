import Glibc

/// A whole file, mapped to be read. Files are replaced by renaming, so a map never changes.
final class MappedFile {
    let bytes: UnsafeRawBufferPointer
    private let path: String
    /// Which file of the disk it is: another one may have its name by now.
    private let device: dev_t
    private let number: ino_t

    /// - Throws: ``HistoryError`` of kind `system`, or `damaged` when it is empty.
    init(_ path: String) throws(HistoryError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("the file cannot be opened", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system("the file cannot be read", path)
        }
        let length = Int(status.st_size)
        guard length > 0 else { throw FileHeader.cut(0).inFile(path) }
        let base = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let base, base != MAP_FAILED else { throw .system("the file cannot be mapped", path) }
        bytes = UnsafeRawBufferPointer(start: base, count: length)
        self.path = path
        device = status.st_dev
        number = status.st_ino
    }

    /// For another process to read; nil when the file has been replaced since.
    var stretch: SharedStretch? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, let start = bytes.baseAddress else { return nil }
        let file = SharedFile(descriptor, length: bytes.count)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_dev == device, status.st_ino == number
        else { return nil }
        return SharedStretch(start: start, count: bytes.count, file: file, offset: 0)
    }

    /// Lets go of all that is resident; it can still be read, from the file.
    func release() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
