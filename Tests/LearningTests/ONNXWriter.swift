import RialtoLearning

/// Writes small ONNX models, byte by byte: the encoding of protocol buffers is a few lines.
struct ONNXWriter {
    /// The fields of a message so far.
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, _ number: Int) {
        varint(UInt64(field << 3))
        varint(UInt64(bitPattern: Int64(number)))
    }

    mutating func add(_ field: Int, _ content: [UInt8]) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(content.count))
        bytes += content
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A message made by `body`.
    static func message(_ body: (inout ONNXWriter) -> Void) -> [UInt8] {
        var writer = ONNXWriter()
        body(&writer)
        return writer.bytes
    }
}

/// Parts of an ONNX model.
enum ONNX {
    static func node(
        _ operation: String, _ inputs: [String], _ outputs: [String],
        numbers: [(String, Int)] = [], lists: [(String, [Int])] = []
    ) -> [UInt8] {
        ONNXWriter.message { node in
            for name in inputs { node.add(1, name) }
            for name in outputs { node.add(2, name) }
            node.add(4, operation)
            for (name, number) in numbers {
                node.add(
                    5,
                    ONNXWriter.message {
                        $0.add(1, name); $0.add(3, number); $0.add(20, 2)
                    })
            }
            for (name, list) in lists {
                node.add(
                    5,
                    ONNXWriter.message { attribute in
                        attribute.add(1, name)
                        for number in list { attribute.add(8, number) }
                        attribute.add(20, 7)
                    })
            }
        }
    }

    static func weights(_ name: String, _ sizes: [Int], _ values: [Double]) -> [UInt8] {
        let raw = values.flatMap { value in
            withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { Array($0) }
        }
        return tensor(name, sizes, type: 1, raw)
    }

    static func integers(_ name: String, _ values: [Int64]) -> [UInt8] {
        let raw = values.flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } }
        return tensor(name, [values.count], type: 7, raw)
    }

    static func tensor(_ name: String, _ sizes: [Int], type: Int, _ raw: [UInt8]) -> [UInt8] {
        ONNXWriter.message { tensor in
            for size in sizes { tensor.add(1, size) }
            tensor.add(2, type)
            tensor.add(8, name)
            tensor.add(9, raw)
        }
    }

    static func edge(_ name: String, _ sizes: [Int], type: Int = 1) -> [UInt8] {
        ONNXWriter.message { edge in
            edge.add(1, name)
            let shape = ONNXWriter.message { shape in
                for size in sizes {
                    shape.add(
                        1, ONNXWriter.message { size == 0 ? $0.add(2, "n") : $0.add(1, size) })
                }
            }
            let tensor = ONNXWriter.message {
                $0.add(1, type); $0.add(2, shape)
            }
            edge.add(2, ONNXWriter.message { $0.add(1, tensor) })
        }
    }

    static func model(
        nodes: [[UInt8]], weights: [[UInt8]] = [], inputs: [[UInt8]], outputs: [[UInt8]]
    ) -> [UInt8] {
        let graph = ONNXWriter.message { graph in
            for node in nodes { graph.add(1, node) }
            graph.add(2, "graph")
            for tensor in weights { graph.add(5, tensor) }
            for input in inputs { graph.add(11, input) }
            for output in outputs { graph.add(12, output) }
        }
        return ONNXWriter.message { model in
            model.add(1, 7)
            model.add(7, graph)
            model.add(8, ONNXWriter.message { $0.add(2, 13) })
        }
    }

    /// The mean of a window of one feature, times 2.
    static func mean(length: Int, features: Int, output: [Int] = [1, 1]) -> [UInt8] {
        model(
            nodes: [
                node(
                    "ReduceMean", ["x"], ["m"], numbers: [("keepdims", 0)],
                    lists: [("axes", [1, 2])]),
                node("Reshape", ["m", "s"], ["r"]), node("Add", ["r", "r"], ["y"]),
            ], weights: [integers("s", [1, 1])], inputs: [edge("x", [0, length, features])],
            outputs: [edge("y", output)])
    }

    /// One layer of Rialto's own LSTM, with its weights.
    static func lstm(_ shape: NetworkShape, _ weights: [Double]) -> [UInt8] {
        let f = shape.features, h = shape.width
        let first = Array(weights[0..<f * 4 * h]),
            bias = Array(weights[f * 4 * h..<(f + 1) * 4 * h])
        let again = Array(weights[(f + 1) * 4 * h..<(f + 1 + h) * 4 * h])
        let head = Array(weights[(f + 1 + h) * 4 * h..<(f + 1 + h) * 4 * h + h])
        let last = weights[(f + 1 + h) * 4 * h + h]
        // Its gates come as input, forget, cell, output; here as input, output, forget, cell.
        let gates = [0, 3, 1, 2]
        func turned(_ matrix: [Double], rows: Int) -> [Double] {
            gates.flatMap { gate in
                (0..<h).flatMap { unit in
                    (0..<rows).map { matrix[$0 * 4 * h + gate * h + unit] }
                }
            }
        }
        let biases = turned(bias, rows: 1) + [Double](repeating: 0, count: 4 * h)
        return model(
            nodes: [
                node("Transpose", ["x"], ["t"], lists: [("perm", [1, 0, 2])]),
                node("LSTM", ["t", "W", "R", "B"], ["", "h"], numbers: [("hidden_size", h)]),
                node("Reshape", ["h", "s"], ["r"]), node("Gemm", ["r", "C", "D"], ["y"]),
            ],
            weights: [
                self.weights("W", [1, 4 * h, f], turned(first, rows: f)),
                self.weights("R", [1, 4 * h, h], turned(again, rows: h)),
                self.weights("B", [1, 8 * h], biases), integers("s", [1, Int64(h)]),
                self.weights("C", [h, 1], head), self.weights("D", [1], [last]),
            ], inputs: [edge("x", [1, shape.length, f])], outputs: [edge("y", [1, 1])])
    }
}
