/// What goes into an ONNX network and what comes out, read from its bytes without any engine.
///
/// - Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
public struct ONNXGraph: Hashable, Sendable {
    /// A tensor at the edge of the graph.
    public struct Edge: Hashable, Sendable {
        /// Its name in the graph.
        public let name: String
        /// Its element type as ONNX numbers them; 1 is a float of 32 bits.
        public let type: Int
        /// Its sizes; 0 for one that is open.
        public let sizes: [Int]
    }

    /// What the graph is given; its weights are not among them.
    public let inputs: [Edge]
    /// What it gives.
    public let outputs: [Edge]

    /// Reads a model.
    ///
    /// - Throws: ``EngineFailure`` when the bytes are no ONNX model, or its weights lie elsewhere.
    public init(_ bytes: [UInt8]) throws(EngineFailure) {
        var version: UInt64 = 0, graph: ArraySlice<UInt8>?
        for field in try ProtoFields.read(bytes[...]) {
            if field.number == 1 { version = field.value }
            if field.number == 7 { graph = field.bytes }
        }
        guard (1...1000).contains(version), let graph else { throw ProtoFields.failure }
        var inputs: [Edge] = [], outputs: [Edge] = [], weights: Set<String> = []
        for field in try ProtoFields.read(graph) {
            switch field.number {
            case 5: weights.insert(try Self.weight(field.bytes))
            case 11: inputs.append(try Self.edge(field.bytes))
            case 12: outputs.append(try Self.edge(field.bytes))
            default: break
            }
        }
        self.inputs = inputs.filter { !weights.contains($0.name) }
        self.outputs = outputs
    }

    private static func weight(_ bytes: ArraySlice<UInt8>) throws(EngineFailure) -> String {
        var name = ""
        for field in try ProtoFields.read(bytes) {
            if field.number == 8 { name = field.text }
            guard field.number != 14 || field.value == 0 else {
                throw EngineFailure(
                    "the ONNX model has weights in a second file: save it with the weights inside")
            }
        }
        return name
    }

    private static func edge(_ bytes: ArraySlice<UInt8>) throws(EngineFailure) -> Edge {
        var name = "", type = 0, sizes: [Int] = []
        for field in try ProtoFields.read(bytes) {
            if field.number == 1 { name = field.text }
            guard field.number == 2 else { continue }
            // Type, then tensor type, then its element type and its shape.
            for tensor in try ProtoFields.read(field.bytes) where tensor.number == 1 {
                for part in try ProtoFields.read(tensor.bytes) {
                    if part.number == 1 { type = Int(clamping: part.value) }
                    if part.number == 2 { sizes = try Self.sizes(part.bytes) }
                }
            }
        }
        return Edge(name: name, type: type, sizes: sizes)
    }

    private static func sizes(_ bytes: ArraySlice<UInt8>) throws(EngineFailure) -> [Int] {
        var sizes: [Int] = []
        for dimension in try ProtoFields.read(bytes) where dimension.number == 1 {
            var size = 0
            for field in try ProtoFields.read(dimension.bytes) where field.number == 1 {
                size = Int(clamping: field.value)
            }
            sizes.append(size)
        }
        return sizes
    }

    /// The shape that one window is given in: 1 x rows x features, or 1 x features for one row.
    ///
    /// - Throws: ``EngineFailure`` when the graph is not one that takes windows of so many rows and
    ///   gives one number.
    public func shape(length: Int, features: Int) throws(EngineFailure) -> [Int64] {
        guard inputs.count == 1, outputs.count == 1, let input = inputs.first,
            let output = outputs.first
        else {
            throw EngineFailure(
                "the ONNX model has \(inputs.count) inputs and \(outputs.count) outputs; allowed "
                    + "is one of each")
        }
        for edge in [input, output] where edge.type != 1 {
            throw EngineFailure(
                "\(edge.name) of the ONNX model has elements of type \(edge.type); allowed are "
                    + "floats of 32 bits (1)")
        }
        guard output.sizes.allSatisfy({ $0 <= 1 }) else {
            throw EngineFailure(
                "the ONNX model gives \(Self.text(output.sizes)) numbers; allowed is one")
        }
        let wanted = input.sizes.count == 2 && length == 1 ? [1, features] : [1, length, features]
        let fits =
            input.sizes.count == wanted.count
            && zip(input.sizes, wanted).allSatisfy { $0 == 0 || $0 == $1 }
        guard fits else {
            throw EngineFailure(
                "the ONNX model takes \(Self.text(input.sizes)) (window x rows x features), and "
                    + "\(length) rows of \(features) features are \(Self.text(wanted))")
        }
        return wanted.map(Int64.init)
    }

    private static func text(_ sizes: [Int]) -> String {
        sizes.isEmpty ? "no size" : sizes.map { $0 == 0 ? "any" : "\($0)" }.joined(separator: " x ")
    }
}

/// The fields of a message in the encoding of protocol buffers.
struct ProtoFields {
    /// A field: a number, or bytes.
    struct Field {
        let number: Int
        var value: UInt64 = 0
        var bytes: ArraySlice<UInt8> = []

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// Why bytes are no message.
    static let failure = EngineFailure("this is no ONNX model")

    /// Most fields of one message.
    private static let fieldsMax = 1_000_000

    /// Reads the fields of a message; what lies in them is read by who wants it.
    static func read(_ bytes: ArraySlice<UInt8>) throws(EngineFailure) -> [Field] {
        var rest = bytes, fields: [Field] = []
        while !rest.isEmpty {
            let key = try number(&rest)
            guard let place = Int(exactly: key >> 3), place > 0, fields.count < fieldsMax else {
                throw failure
            }
            switch key & 7 {
            case 0: fields.append(Field(number: place, value: try number(&rest)))
            case 1: _ = try take(8, &rest)
            case 2:
                guard let size = Int(exactly: try number(&rest)) else { throw failure }
                fields.append(Field(number: place, bytes: try take(size, &rest)))
            case 5: _ = try take(4, &rest)
            default: throw failure
            }
        }
        return fields
    }

    private static func take(
        _ count: Int, _ rest: inout ArraySlice<UInt8>
    ) throws(EngineFailure) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw failure }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) throws(EngineFailure) -> UInt64 {
        var number: UInt64 = 0, shift: UInt64 = 0
        while shift < 64 {
            guard let byte = rest.popFirst() else { throw failure }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw failure
    }
}
