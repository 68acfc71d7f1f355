/// Which shared libraries a library asks for, read without running any of its code.
package enum ELFLibraries {
    /// Most entries of a dynamic section that are looked at.
    private static let entriesMax: UInt64 = 4096

    /// The sonames of `DT_NEEDED`, in order. Every offset is checked: the file may be hostile.
    package static func needed(by file: [UInt8]) throws(NoteError) -> [String] {
        let headers = try ELFNote.headers(of: file)
        guard let dynamic = headers.first(where: { $0.type == 2 }) else { return [] }
        var names: [UInt64] = [], table: UInt64?
        for index in 0..<min(entriesMax, dynamic.length / 16) {
            let place = try ELFNote.place(dynamic.offset, index * 16)
            let tag = try ELFNote.integer(file, place, 8)
            let value = try ELFNote.integer(file, place + 8, 8)
            if tag == 0 { break }
            if tag == 1 { names.append(value) }
            if tag == 5 { table = offset(of: value, headers) }
        }
        guard !names.isEmpty else { return [] }
        guard let table else { throw .truncated }
        return try names.map { name throws(NoteError) in
            try text(file, try ELFNote.place(table, name))
        }
    }

    /// Where in the file an address lies.
    private static func offset(of address: UInt64, _ headers: [ELFNote.Header]) -> UInt64? {
        headers.first {
            $0.type == 1 && address >= $0.address && address - $0.address < $0.length
        }.map { $0.offset &+ (address - $0.address) }
    }

    private static func text(_ file: [UInt8], _ start: Int) throws(NoteError) -> String {
        guard start >= 0, start < file.count,
            let end = file[start..<min(file.count, start + 256)].firstIndex(of: 0)
        else { throw .truncated }
        return String(decoding: file[start..<end], as: UTF8.self)
    }
}
