/// What a plugin library says of itself in its ELF note, read without running any of its code.
package struct PluginNote: Equatable, Sendable {
    package let abiMajorMin: UInt32
    package let abiMajorMax: UInt32
    package let abiMinor: UInt32
    /// Id of the library's first plugin.
    package let id: String
    package let version: String
    package let language: String
    package let compiler: String
}

/// Why a file's note cannot be read.
package enum NoteError: Error, Equatable, Sendable {
    case notELF
    /// It is an ELF file of another machine or class.
    case wrongMachine(Int)
    /// The file ends before what its own headers promise.
    case truncated
    case noNote
}

/// Reads the note of an x86-64 or AArch64 ELF file. Every offset is checked: the file may be
/// hostile.
package enum ELFNote {
    #if arch(x86_64)
        static let machine = 62
    #else
        static let machine = 183
    #endif

    package static func read(_ file: [UInt8]) throws(NoteError) -> PluginNote {
        for header in try headers(of: file) where header.type == 4 {  // PT_NOTE
            let offset = Int(clamping: header.offset), length = Int(clamping: header.length)
            if let note = try search(file, offset, length) { return note }
        }
        throw .noNote
    }

    /// A program header. Nothing of it was compared with the file's length.
    struct Header {
        let type: UInt64
        /// Where in the file it begins.
        let offset: UInt64
        /// Where in memory, from the library's base.
        let address: UInt64
        /// Bytes of it in the file.
        let length: UInt64
    }

    /// The program headers of a library for this machine.
    static func headers(of file: [UInt8]) throws(NoteError) -> [Header] {
        guard file.count >= 64, file[0...3].elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else {
            throw .notELF
        }
        guard file[4] == 2, file[5] == 1 else { throw .wrongMachine(0) }
        let found = Int(try integer(file, 18, 2))
        guard found == machine else { throw .wrongMachine(found) }
        let table = try integer(file, 32, 8), size = try integer(file, 54, 2)
        let count = try integer(file, 56, 2)
        guard size >= 56 else { throw .truncated }
        return try (0..<count).map { index throws(NoteError) in
            let header = try place(table, index * size)
            return Header(
                type: try integer(file, header, 4), offset: try integer(file, header + 8, 8),
                address: try integer(file, header + 16, 8),
                length: try integer(file, header + 32, 8))
        }
    }

    private static func search(
        _ file: [UInt8], _ start: Int, _ length: Int
    ) throws(NoteError) -> PluginNote? {
        let (end, over) = start.addingReportingOverflow(length)
        guard !over, end <= file.count, start >= 0 else { throw .truncated }
        var at = start
        while at + 12 <= end {
            let name = Int(try integer(file, at, 4)), data = Int(try integer(file, at + 4, 4))
            let type = try integer(file, at + 8, 4)
            let descriptor = at + 12 + (name + 3) / 4 * 4
            guard descriptor + data <= end else { throw .truncated }
            if type == 0x5249_4131, name == 7, text(file, at + 12, 7) == "Rialto", data >= 300 {
                return try decode(file, descriptor)
            }
            at = descriptor + (data + 3) / 4 * 4
        }
        return nil
    }

    private static func decode(_ file: [UInt8], _ at: Int) throws(NoteError) -> PluginNote {
        PluginNote(
            abiMajorMin: UInt32(try integer(file, at, 4)),
            abiMajorMax: UInt32(try integer(file, at + 4, 4)),
            abiMinor: UInt32(try integer(file, at + 8, 4)), id: text(file, at + 12, 64),
            version: text(file, at + 76, 32), language: text(file, at + 108, 32),
            compiler: text(file, at + 140, 160))
    }

    static func place(_ base: UInt64, _ offset: UInt64) throws(NoteError) -> Int {
        let (sum, over) = base.addingReportingOverflow(offset)
        guard !over, let place = Int(exactly: sum) else { throw .truncated }
        return place
    }

    static func integer(_ file: [UInt8], _ at: Int, _ size: Int) throws(NoteError) -> UInt64 {
        guard at >= 0, at <= file.count - size else { throw .truncated }
        var value: UInt64 = 0
        for index in (0..<size).reversed() { value = value << 8 | UInt64(file[at + index]) }
        return value
    }

    private static func text(_ file: [UInt8], _ at: Int, _ size: Int) -> String {
        String(decoding: file[at..<min(file.count, at + size)].prefix { $0 != 0 }, as: UTF8.self)
    }
}
