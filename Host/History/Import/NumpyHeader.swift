/// The description at the start of a NumPy `.npy` file of a structured array.
///
/// - Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`, versions 1 to 3.
struct NumpyHeader: Equatable {
    struct Field: Equatable {
        let name: String
        /// Such as `<f8`.
        let type: String
        /// Bytes from the start of a row.
        let offset: Int
    }

    /// Bytes of the longest description that is read.
    static let lengthMax = 1 << 20

    let fields: [Field]
    /// Bytes of one row.
    let rowSize: Int
    /// One or two lengths; axis 0 is the instrument when there are two.
    let shape: [Int]

    /// - Throws: ``HistoryError`` of kind `format` or `damaged`.
    init(reading input: ByteInput) throws(HistoryError) {
        let start = try Self.bytes(10, of: input)
        guard start.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) else {
            throw Self.foreign("its first bytes are others")
        }
        guard (1...3).contains(start[6]) else {
            throw Self.foreign("version \(start[6]) is not 1, 2 or 3")
        }
        var length = Int(start[8]) | Int(start[9]) << 8
        if start[6] > 1 {
            let more = try Self.bytes(2, of: input)
            length |= Int(more[0]) << 16 | Int(more[1]) << 24
        }
        guard length <= Self.lengthMax else { throw Self.foreign("its description is too long") }
        try self.init(description: try Self.bytes(length, of: input))
    }

    /// - Parameter description: A Python dictionary with `descr`, `fortran_order` and `shape`.
    init(description: [UInt8]) throws(HistoryError) {
        var literal = PythonLiteral(description)
        guard case .dictionary(let entries)? = literal.value(), literal.isAtEnd,
            case .list(let descriptions)? = entries["descr"],
            case .list(let lengths)? = entries["shape"],
            case .name(let order)? = entries["fortran_order"]
        else { throw Self.foreign("its description is not that of a structured array") }
        shape = lengths.compactMap { if case .number(let value) = $0 { value } else { nil } }
        guard shape.count == lengths.count, (1...2).contains(shape.count),
            shape.allSatisfy({ $0 >= 0 }), shape.count == 1 || order == "False"
        else { throw Self.foreign("its shape is not (rows) or (instruments, rows)") }
        (fields, rowSize) = try Self.fields(descriptions)
        var bytes = rowSize
        for length in shape {
            let (product, over) = bytes.multipliedReportingOverflow(by: length)
            guard !over else { throw Self.foreign("its shape is too large") }
            bytes = product
        }
    }

    private static func fields(_ descriptions: [PythonLiteral.Value])
        throws(HistoryError) -> ([Field], Int)
    {
        var fields: [Field] = [], offset = 0
        for description in descriptions {
            guard case .list(let pair) = description, pair.count == 2,
                case .text(let name) = pair[0],
                case .text(let type) = pair[1], let size = size(type)
            else { throw foreign("a field is neither a number nor a text") }
            if !name.isEmpty { fields.append(Field(name: name, type: type, offset: offset)) }
            offset += size
        }
        guard offset > 0, offset <= 1 << 16 else { throw foreign("its rows have no usable size") }
        return (fields, offset)
    }

    /// Bytes of a type such as `<f8`, `|S5` or `<M8[ns]`, 0 or more.
    private static func size(_ type: String) -> Int? {
        let body = type.drop { "<>|=".contains($0) }
        guard let letter = body.first, "biufcSUVMm".contains(letter) else { return nil }
        let digits = body.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard let size = Int(digits), size >= 0, size <= 1 << 16 else { return nil }
        return letter == "U" ? size * 4 : size
    }

    private static func bytes(_ count: Int, of input: ByteInput) throws(HistoryError) -> [UInt8] {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { block.deallocate() }
        guard try input.readFully(into: block) == count else {
            throw HistoryError(
                .damaged, "the NumPy file cannot be read: its description is cut", file: input.name)
        }
        return Array(block)
    }

    static func foreign(_ what: String) -> HistoryError {
        HistoryError(
            .format, "the file is not a NumPy file that can be imported: " + what,
            help: "save a structured array of one or two dimensions with numpy.save")
    }
}
