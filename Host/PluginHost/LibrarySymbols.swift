/// The functions that a library's own tables of symbols name, read without running any of its code.
/// Every offset is checked: the file may be hostile.
package struct LibrarySymbols {
    /// A function of the library.
    package struct Function: Equatable, Sendable {
        /// As the table has it, mangled or not; printable ASCII, 1...``LibrarySymbols/nameMax``.
        package let name: String
        /// Where it begins, from the library's base.
        package let start: UInt64
    }

    /// Most symbols that are looked at.
    static let most = 1 << 20
    /// Most bytes of a name; what is longer is cut.
    package static let nameMax = 256

    private let file: [UInt8]

    /// - Parameter file: All bytes of the library.
    package init(_ file: [UInt8]) { self.file = file }

    /// Returns the function that holds the instruction at `offset` from the library's base; nil
    /// when no table names one, or the file is not what its own headers promise.
    ///
    /// - Complexity: O(symbols), at most about a million.
    package func function(at offset: UInt64) -> Function? {
        guard let sections = try? sections() else { return nil }
        var left = Self.most, best: (start: UInt64, name: Int)?
        for table in sections where table.type == 2 || table.type == 11 {
            guard table.link < sections.count else { continue }
            let names = sections[table.link]
            let count = min(left, table.length / Self.entrySize)
            left -= count
            for index in 0..<count {
                let at = table.offset + index * Self.entrySize
                guard let found = covering(offset, at), found.start >= best?.start ?? 0,
                    found.name < names.length
                else { continue }
                best = (found.start, names.offset + found.name)
            }
        }
        return best.flatMap { best in
            let name = name(at: best.name)
            return name.isEmpty ? nil : Function(name: name, start: best.start)
        }
    }

    private static let entrySize = 24

    /// Where a symbol's function begins and its name lies, when it covers `offset`.
    private func covering(_ offset: UInt64, _ at: Int) -> (start: UInt64, name: Int)? {
        guard let facts = try? ELFNote.integer(file, at, 8), (facts >> 32) & 15 == 2,
            (facts >> 48) != 0, let start = try? ELFNote.integer(file, at + 8, 8),
            let size = try? ELFNote.integer(file, at + 16, 8),
            offset >= start, offset - start < max(1, size)
        else { return nil }
        return (start, Int(facts & 0xFFFF_FFFF))
    }

    /// A part of the file, all of it inside.
    private struct Section {
        let type: UInt64
        let link: Int
        let offset: Int
        let length: Int
    }

    private func sections() throws(NoteError) -> [Section] {
        // Refuses what is no library of this machine.
        _ = try ELFNote.headers(of: file)
        let table = try ELFNote.integer(file, 40, 8), size = try ELFNote.integer(file, 58, 2)
        let count = try ELFNote.integer(file, 60, 2)
        guard size >= 64 else { throw .truncated }
        return try (0..<count).map { index throws(NoteError) in
            let at = try ELFNote.place(table, index * size)
            let type = try ELFNote.integer(file, at + 4, 4)
            let link = Int(try ELFNote.integer(file, at + 40, 4))
            let offset = try ELFNote.integer(file, at + 24, 8)
            let length = try ELFNote.integer(file, at + 32, 8)
            let isInside =
                type != 8 && offset <= UInt64(file.count)
                && length <= UInt64(file.count) - offset
            return Section(
                type: isInside ? type : 0, link: link, offset: isInside ? Int(offset) : 0,
                length: isInside ? Int(length) : 0)
        }
    }

    private func name(at start: Int) -> String {
        let bytes = file[start..<min(file.count, start + Self.nameMax)].prefix { $0 != 0 }
        return String(
            decoding: bytes.map { (0x21...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    }
}
