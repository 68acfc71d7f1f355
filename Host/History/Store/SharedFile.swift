import CHost
import Glibc

/// A file that another process can be given to read, in memory or on the disk, with a descriptor
/// that cannot write.
package final class SharedFile {
    /// Open while this object lives.
    package let descriptor: Int32
    /// Bytes from its beginning that may be mapped; there may be fewer in it yet.
    package let length: Int
    /// Whether all of it is in memory from the start, and stays so.
    package internal(set) var isResident = false

    /// Takes ownership of a descriptor.
    init(_ descriptor: Int32, length: Int) {
        self.descriptor = descriptor
        self.length = length
    }

    /// Another descriptor of an open file, which can only read; nil where the system has none.
    convenience init?(reading descriptor: Int32, length: Int) {
        let again = open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
        guard again >= 0 else { return nil }
        self.init(again, length: length)
    }

    deinit { close(descriptor) }
}

/// Where some bytes of a ``SharedFile`` lie in this process.
package struct SharedStretch {
    package let start: UnsafeRawPointer
    package let count: Int
    package let file: SharedFile
    /// Where in the file they begin.
    package let offset: Int
}

/// Memory of this process that another one can be given to read.
final class MemoryFile {
    let start: UnsafeMutableRawPointer
    let count: Int
    let file: SharedFile

    /// - Parameter count: Bytes, 1 or more; pages that nobody has touched cost nothing.
    /// - Returns: nil where the system has no such memory.
    init?(_ count: Int) {
        var start: UnsafeMutableRawPointer?
        let descriptor = rialto_memory_file(UInt64(count), &start)
        guard descriptor >= 0, let start else { return nil }
        self.start = start
        self.count = count
        file = SharedFile(descriptor, length: count)
    }

    var stretch: SharedStretch {
        SharedStretch(start: UnsafeRawPointer(start), count: count, file: file, offset: 0)
    }

    deinit { munmap(start, count) }
}

extension Series {
    /// The same rows in memory that another process can be given to read; itself where they are in
    /// such memory or in a file already, or where the system has no room.
    ///
    /// - Complexity: O(rows) when they are copied.
    package func shareable() -> Series {
        guard storage is Columns else { return self }
        let page = 4096
        let sizes = kind.fields.map { max(1, (count * $0.width + page - 1) / page) * page }
        guard let memory = MemoryFile(sizes.reduce(0, +)) else { return self }
        var places: [UnsafeRawPointer] = [], offset = 0
        for (index, field) in kind.fields.enumerated() {
            let place = memory.start + offset
            place.copyMemory(from: columns[index], byteCount: count * field.width)
            places.append(UnsafeRawPointer(place))
            offset += sizes[index]
        }
        mprotect(memory.start, memory.count, PROT_READ)
        memory.file.isResident = true
        return Series(definition, count: count, columns: places, in: memory)
    }

    /// The bytes of its columns: they stay where they are, and as they are, while it lives.
    package var lastingBytes: [UnsafeRawBufferPointer] {
        zip(columns, kind.fields).map { column, field in
            UnsafeRawBufferPointer(start: column, count: count * field.width)
        }
    }

    /// Where its columns lie, if another process can be given to read them.
    package var stretch: SharedStretch? {
        switch storage {
        case let memory as MemoryFile: memory.stretch
        case let file as MappedFile: file.stretch
        default: nil
        }
    }
}
