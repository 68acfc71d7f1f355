import RialtoValues

extension Tape {
    /// Computes every matrix, in the order in which they were added.
    ///
    /// - Parameter dropoutSeed: Chooses what drops out; nil lets everything through, as outside of
    ///   training.
    /// - Complexity: No allocation.
    public mutating func forward(dropoutSeed: UInt64? = nil) {
        let entries = entries
        withMemory { memory in
            for (index, entry) in entries.enumerated() {
                let seed = dropoutSeed.map { $0 ^ (UInt64(index) &* 0x9E37_79B9_7F4A_7C15) }
                Forward(entries: entries, memory: memory, entry: entry).run(seed)
            }
        }
    }

    /// Everything that a pass reads and writes.
    mutating func withMemory(_ body: (TapeMemory) -> Void) {
        values.withUnsafeMutableBufferPointer { v in
            gradients.withUnsafeMutableBufferPointer { g in
                scratch.withUnsafeMutableBufferPointer { s in
                    turned.withUnsafeMutableBufferPointer { t in
                        indices.withUnsafeBufferPointer { i in
                            guard let v = v.baseAddress, let g = g.baseAddress,
                                let t = t.baseAddress
                            else { return }
                            body(
                                TapeMemory(
                                    values: v, gradients: g, scratch: s.baseAddress ?? t,
                                    turned: t, indices: i))
                        }
                    }
                }
            }
        }
    }
}

/// Where a pass finds the matrices.
struct TapeMemory {
    let values: Cells
    let gradients: Cells
    let scratch: Cells
    let turned: Cells
    let indices: UnsafeBufferPointer<Int>
}

/// The forward pass of one matrix.
private struct Forward {
    let entries: [Entry]
    let memory: TapeMemory
    let entry: Entry

    private var out: Cells { memory.values + entry.offset }
    private var scratch: Cells { memory.scratch + entry.scratch }
    private func value(_ index: Int) -> Cells { memory.values + entries[index].offset }

    func run(_ seed: UInt64?) {
        switch entry.operation {
        case .leaf: break
        case .matmul(let a, let b): matmul(a, b)
        case .add(let a, let b): add(a, b)
        case .subtract(let a, let b): pair(a, b) { $0 - $1 }
        case .multiply(let a, let b): pair(a, b) { $0 * $1 }
        case .minimum(let a, let b): pair(a, b) { $1 < $0 ? $1 : $0 }
        case .affine(let a, let factor, let offset): each(a) { factor * $0 + offset }
        case .clamp(let a, let low, let high): each(a) { min(high, max(low, $0)) }
        case .tanh(let a): each(a) { Elementary.tanh($0) }
        case .sigmoid(let a): each(a) { Elementary.sigmoid($0) }
        case .relu(let a): each(a) { max(0, $0) }
        case .gelu(let a): each(a) { Kernels.gelu($0) }
        case .exp(let a): each(a) { Elementary.exp($0) }
        case .square(let a): each(a) { $0 * $0 }
        case .softmax(let a): eachRow(a) { Kernels.softmax($0, into: $1, $2) }
        case .logSoftmax(let a): eachRow(a) { Kernels.logSoftmax($0, into: $1, $2) }
        case .layerNorm(let a, let gain, let bias): layerNorm(a, gain, bias)
        case .rows(let a, let first):
            out.update(from: value(a) + first * entry.columns, count: entry.count)
        case .columns(let a, let first): columns(a, first)
        case .joinColumns(let parts): joinColumns(parts)
        case .joinRows(let parts): joinRows(parts)
        case .gather(let a, let list): gather(a, list)
        case .pick(let a, let list): pick(a, list)
        case .dropout(let a, let rate): dropout(a, rate, seed)
        case .attention(let attention): attend(attention)
        case .mean(let a): mean(a)
        case .logLoss(let logits, let targets): logLoss(logits, targets)
        }
    }

    @inline(__always) private func each(_ a: Int, _ body: (Double) -> Double) {
        let a = value(a), out = out
        for index in 0..<entry.count { out[index] = body(a[index]) }
    }

    @inline(__always) private func pair(_ a: Int, _ b: Int, _ body: (Double, Double) -> Double) {
        let a = value(a), b = value(b), out = out
        for index in 0..<entry.count { out[index] = body(a[index], b[index]) }
    }

    private func eachRow(_ a: Int, _ body: (Cells, Cells, Int) -> Void) {
        let width = entry.columns
        for row in 0..<entry.rows { body(value(a) + row * width, out + row * width, width) }
    }

    private func matmul(_ a: Int, _ b: Int) {
        out.update(repeating: 0, count: entry.count)
        Kernels.multiply(
            value(a), value(b), into: out, entry.rows, entries[a].columns, entry.columns)
    }

    private func add(_ a: Int, _ b: Int) {
        let block = entries[b].count, b = value(b)
        for start in stride(from: 0, to: entry.count, by: block) {
            let a = value(a) + start, out = out + start
            for index in 0..<block { out[index] = a[index] + b[index] }
        }
    }

    private func layerNorm(_ a: Int, _ gain: Int, _ bias: Int) {
        let width = entry.columns, gain = value(gain), bias = value(bias)
        for row in 0..<entry.rows {
            let a = value(a) + row * width, out = out + row * width
            var sum = 0.0, squares = 0.0
            for index in 0..<width { sum += a[index] }
            let mean = sum / Double(width)
            for index in 0..<width { squares += (a[index] - mean) * (a[index] - mean) }
            let inverse = 1 / (squares / Double(width) + 1e-5).squareRoot()
            scratch[2 * row] = mean
            scratch[2 * row + 1] = inverse
            for index in 0..<width {
                out[index] = (a[index] - mean) * inverse * gain[index] + bias[index]
            }
        }
    }

    private func columns(_ a: Int, _ first: Int) {
        let width = entries[a].columns
        for row in 0..<entry.rows {
            (out + row * entry.columns).update(
                from: value(a) + row * width + first, count: entry.columns)
        }
    }

    private func joinColumns(_ parts: [Int]) {
        var first = 0
        for part in parts {
            let width = entries[part].columns
            for row in 0..<entry.rows {
                (out + row * entry.columns + first).update(
                    from: value(part) + row * width, count: width)
            }
            first += width
        }
    }

    private func joinRows(_ parts: [Int]) {
        var first = 0
        for part in parts {
            (out + first).update(from: value(part), count: entries[part].count)
            first += entries[part].count
        }
    }

    private func gather(_ a: Int, _ list: IndexNode) {
        let width = entry.columns
        for row in 0..<entry.rows {
            let index = memory.indices[list.offset + row]
            precondition(index >= 0 && index < entries[a].rows, "a row of the matrix")
            (out + row * width).update(from: value(a) + index * width, count: width)
        }
    }

    private func pick(_ a: Int, _ list: IndexNode) {
        let width = entries[a].columns
        for row in 0..<entry.rows {
            let index = memory.indices[list.offset + row]
            precondition(index >= 0 && index < width, "a column of the matrix")
            out[row] = value(a)[row * width + index]
        }
    }

    private func dropout(_ a: Int, _ rate: Double, _ seed: UInt64?) {
        let mask = scratch
        if let seed {
            var random = SeededGenerator(seed: seed)
            let kept = 1 / (1 - rate)
            for index in 0..<entry.count { mask[index] = random.unit() < rate ? 0 : kept }
        } else {
            mask.update(repeating: 1, count: entry.count)
        }
        let a = value(a), out = out
        for index in 0..<entry.count { out[index] = a[index] * mask[index] }
    }

    private func attend(_ attention: Attention) {
        let length = attention.length, width = entry.columns, wide = width / attention.heads
        let factor = 1 / Double(wide).squareRoot()
        let queries = value(attention.queries), keys = value(attention.keys)
        let values = value(attention.values), out = out, scratch = scratch
        out.update(repeating: 0, count: entry.count)
        for row in 0..<entry.rows {
            let block = row - row % length
            let seen = attention.isCausal ? row - block + 1 : length
            for head in 0..<attention.heads {
                let place = row * width + head * wide
                let parts = scratch + (row * attention.heads + head) * length
                for other in 0..<seen {
                    let key = keys + (block + other) * width + head * wide
                    parts[other] = factor * Kernels.dot(queries + place, key, wide)
                }
                Kernels.softmax(parts, into: parts, seen)
                for other in 0..<seen {
                    let seenValue = values + (block + other) * width + head * wide
                    Kernels.addScaled(parts[other], seenValue, into: out + place, wide)
                }
            }
        }
    }

    private func mean(_ a: Int) {
        let count = entries[a].count, a = value(a)
        var sum = 0.0
        for index in 0..<count { sum += a[index] }
        out[0] = sum / Double(count)
    }

    private func logLoss(_ logits: Int, _ targets: Int) {
        let count = entries[logits].count, logits = value(logits), targets = value(targets)
        var sum = 0.0
        for index in 0..<count {
            sum += Elementary.softplus(logits[index]) - targets[index] * logits[index]
        }
        out[0] = sum / Double(count)
    }
}
