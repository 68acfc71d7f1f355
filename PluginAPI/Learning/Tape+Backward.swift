extension Tape {
    /// Finds how a number changes with every matrix that weights have a part in.
    ///
    /// - Parameter loss: One row and one column, as the last ``forward(dropoutSeed:)`` found it.
    /// - Complexity: No allocation.
    public mutating func backward(from loss: Node) {
        precondition(loss.count == 1, "a single number")
        let entries = entries, size = gradients.count
        withMemory { memory in
            memory.gradients.update(repeating: 0, count: size)
            memory.gradients[entries[loss.index].offset] = 1
            for index in stride(from: loss.index, through: 0, by: -1)
            where entries[index].isTracked {
                Backward(entries: entries, memory: memory, entry: entries[index]).run()
            }
        }
    }
}

/// The backward pass of one matrix: hands its gradients on to those that it is made of.
private struct Backward {
    let entries: [Entry]
    let memory: TapeMemory
    let entry: Entry

    private var out: Cells { memory.values + entry.offset }
    private var d: Cells { memory.gradients + entry.offset }
    private var scratch: Cells { memory.scratch + entry.scratch }
    private func value(_ index: Int) -> Cells { memory.values + entries[index].offset }
    private func gradient(_ index: Int) -> Cells { memory.gradients + entries[index].offset }

    func run() {
        switch entry.operation {
        case .leaf: break
        case .matmul(let a, let b): matmul(a, b)
        case .add(let a, let b):
            Kernels.addScaled(1, d, into: gradient(a), entry.count)
            addBlocks(1, into: b)
        case .subtract(let a, let b):
            Kernels.addScaled(1, d, into: gradient(a), entry.count)
            addBlocks(-1, into: b)
        case .multiply(let a, let b): multiply(a, b)
        case .minimum(let a, let b): minimum(a, b)
        case .affine(let a, let factor, _):
            Kernels.addScaled(factor, d, into: gradient(a), entry.count)
        case .clamp(let a, let low, let high):
            each(a) { x, _ in x >= low && x <= high ? 1 : 0 }
        case .tanh(let a): each(a) { _, y in 1 - y * y }
        case .sigmoid(let a): each(a) { _, y in y * (1 - y) }
        case .relu(let a): each(a) { x, _ in x > 0 ? 1 : 0 }
        case .gelu(let a): each(a) { x, _ in Kernels.geluSlope(x) }
        case .exp(let a): each(a) { _, y in y }
        case .square(let a): each(a) { x, _ in 2 * x }
        case .softmax(let a):
            eachRow { row in
                Kernels.softmaxBack(out + row, d + row, into: gradient(a) + row, entry.columns)
            }
        case .logSoftmax(let a): logSoftmax(a)
        case .layerNorm(let a, let gain, let bias): layerNorm(a, gain, bias)
        case .rows(let a, let first):
            let part = gradient(a) + first * entry.columns
            Kernels.addScaled(1, d, into: part, entry.count)
        case .columns(let a, let first): columns(a, first)
        case .joinColumns(let parts): joinColumns(parts)
        case .joinRows(let parts): joinRows(parts)
        case .gather(let a, let list): gather(a, list)
        case .pick(let a, let list):
            for row in 0..<entry.rows {
                gradient(a)[row * entries[a].columns + memory.indices[list.offset + row]] += d[row]
            }
        case .dropout(let a, _):
            let to = gradient(a)
            for index in 0..<entry.count { to[index] += d[index] * scratch[index] }
        case .attention(let attention): attend(attention)
        case .mean(let a):
            let count = entries[a].count, share = d[0] / Double(count), to = gradient(a)
            for index in 0..<count { to[index] += share }
        case .logLoss(let logits, let targets): logLoss(logits, targets)
        }
    }

    /// Gradient times the slope at value x with result y.
    @inline(__always) private func each(_ a: Int, _ slope: (Double, Double) -> Double) {
        let x = value(a), y = out, d = d, to = gradient(a)
        for index in 0..<entry.count { to[index] += d[index] * slope(x[index], y[index]) }
    }

    /// With the offset of each row.
    private func eachRow(_ body: (Int) -> Void) {
        for row in 0..<entry.rows { body(row * entry.columns) }
    }

    /// Each block of gradients as large as `b`, times a factor.
    private func addBlocks(_ factor: Double, into b: Int) {
        guard entries[b].isTracked else { return }
        let block = entries[b].count
        for start in stride(from: 0, to: entry.count, by: block) {
            Kernels.addScaled(factor, d + start, into: gradient(b), block)
        }
    }

    private func matmul(_ a: Int, _ b: Int) {
        let inner = entries[a].columns
        if entries[a].isTracked {
            Kernels.turn(value(b), into: memory.turned, inner, entry.columns)
            Kernels.multiply(
                d, memory.turned, into: gradient(a), entry.rows, entry.columns, inner)
        }
        if entries[b].isTracked {
            Kernels.multiplyTurned(
                value(a), d, into: gradient(b), entry.rows, inner, entry.columns)
        }
    }

    private func multiply(_ a: Int, _ b: Int) {
        let x = value(a), y = value(b), toA = gradient(a), toB = gradient(b), d = d
        for index in 0..<entry.count {
            toA[index] += d[index] * y[index]
            toB[index] += d[index] * x[index]
        }
    }

    private func minimum(_ a: Int, _ b: Int) {
        let x = value(a), y = value(b), d = d, toA = gradient(a), toB = gradient(b)
        for index in 0..<entry.count {
            if y[index] < x[index] {
                toB[index] += d[index]
            } else {
                toA[index] += d[index]
            }
        }
    }

    private func logSoftmax(_ a: Int) {
        eachRow { row in
            var sum = 0.0
            for index in row..<row + entry.columns { sum += d[index] }
            for index in row..<row + entry.columns {
                gradient(a)[index] += d[index] - Elementary.exp(out[index]) * sum
            }
        }
    }

    private func layerNorm(_ a: Int, _ gain: Int, _ bias: Int) {
        let width = entry.columns, size = Double(width), factors = value(gain)
        let toGain = gradient(gain), toBias = gradient(bias), scratch = scratch
        for row in 0..<entry.rows {
            let x = value(a) + row * width, d = d + row * width, to = gradient(a) + row * width
            let mean = scratch[2 * row], inverse = scratch[2 * row + 1]
            var sum = 0.0, along = 0.0
            for index in 0..<width {
                let normal = (x[index] - mean) * inverse
                toGain[index] += d[index] * normal
                toBias[index] += d[index]
                sum += d[index] * factors[index]
                along += d[index] * factors[index] * normal
            }
            for index in 0..<width {
                let normal = (x[index] - mean) * inverse
                to[index] += inverse * (d[index] * factors[index] - (sum + normal * along) / size)
            }
        }
    }

    private func columns(_ a: Int, _ first: Int) {
        let width = entries[a].columns
        for row in 0..<entry.rows {
            Kernels.addScaled(
                1, d + row * entry.columns, into: gradient(a) + row * width + first, entry.columns)
        }
    }

    private func joinColumns(_ parts: [Int]) {
        var first = 0
        for part in parts {
            let width = entries[part].columns
            for row in 0..<entry.rows {
                Kernels.addScaled(
                    1, d + row * entry.columns + first, into: gradient(part) + row * width, width)
            }
            first += width
        }
    }

    private func joinRows(_ parts: [Int]) {
        var first = 0
        for part in parts {
            Kernels.addScaled(1, d + first, into: gradient(part), entries[part].count)
            first += entries[part].count
        }
    }

    private func gather(_ a: Int, _ list: IndexNode) {
        let width = entry.columns
        for row in 0..<entry.rows {
            let to = gradient(a) + memory.indices[list.offset + row] * width
            Kernels.addScaled(1, d + row * width, into: to, width)
        }
    }

    private func attend(_ attention: Attention) {
        let length = attention.length, width = entry.columns, wide = width / attention.heads
        let factor = 1 / Double(wide).squareRoot()
        let d = d, scratch = scratch
        let queries = value(attention.queries), toQueries = gradient(attention.queries)
        let keys = value(attention.keys), toKeys = gradient(attention.keys)
        let values = value(attention.values), toValues = gradient(attention.values)
        // Behind the weights of all rows there is room for one row's gradients.
        let slopes = scratch + entry.rows * attention.heads * length
        for row in 0..<entry.rows {
            let block = row - row % length
            let seen = attention.isCausal ? row - block + 1 : length
            for head in 0..<attention.heads {
                let place = row * width + head * wide
                let parts = scratch + (row * attention.heads + head) * length
                for other in 0..<seen {
                    let there = (block + other) * width + head * wide
                    slopes[other] = Kernels.dot(d + place, values + there, wide)
                    Kernels.addScaled(parts[other], d + place, into: toValues + there, wide)
                }
                let sum = Kernels.dot(parts, slopes, seen)
                for other in 0..<seen {
                    let there = (block + other) * width + head * wide
                    let slope = parts[other] * (slopes[other] - sum) * factor
                    Kernels.addScaled(slope, keys + there, into: toQueries + place, wide)
                    Kernels.addScaled(slope, queries + place, into: toKeys + there, wide)
                }
            }
        }
    }

    private func logLoss(_ logits: Int, _ targets: Int) {
        let count = entries[logits].count, share = d[0] / Double(count)
        for index in 0..<count {
            let error = Elementary.sigmoid(value(logits)[index]) - value(targets)[index]
            gradient(logits)[index] += share * error
        }
    }
}
