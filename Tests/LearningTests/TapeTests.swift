import Glibc
import RialtoLearning
import Testing

@Suite struct `A tape` {
    /// A number that every operation has a part in.
    private static func everything() -> (tape: Tape, loss: Node) {
        var tape = Tape()
        func weights(_ rows: Int, _ columns: Int) -> Node {
            tape.parameter(rows: rows, columns: columns, .uniform(bound: 1))
        }
        let a = weights(4, 6), b = weights(6, 6), c = weights(4, 6), row = weights(1, 6)
        let gain = weights(1, 6), bias = weights(1, 6)
        let list = tape.indices(4), columns = tape.indices(4)
        for (place, index) in [2, 0, 2, 3].enumerated() { tape.set(list, place, to: index) }
        for (place, index) in [5, 1, 0, 3].enumerated() { tape.set(columns, place, to: index) }
        let product = tape.add(tape.matmul(a, b), row)
        let normal = tape.layerNorm(product, gain: gain, bias: bias)
        let attended = tape.attention(
            queries: normal, keys: c, values: tape.tanh(product), length: 2, heads: 3,
            isCausal: false)
        let causal = tape.attention(
            queries: c, keys: normal, values: attended, length: 4, heads: 2, isCausal: true)
        let mixed = tape.multiply(tape.sigmoid(causal), tape.gelu(tape.subtract(normal, c)))
        let bent = tape.add(tape.relu(tape.affine(mixed, factor: 2, offset: 0.1)), tape.softmax(a))
        let cut = tape.minimum(tape.clamp(bent, -0.2, 0.9), tape.square(tape.exp(mixed)))
        let wide = tape.joinColumns([tape.columns(cut, 1..<4), tape.columns(c, 0..<3)])
        let tall = tape.joinRows([tape.rows(wide, 1..<3), tape.gather(wide, list)])
        let picked = tape.pick(tape.logSoftmax(tape.rows(tall, 2..<6)), columns)
        let dropped = tape.dropout(tall, rate: 0.4)
        let targets = tape.input(rows: 4, columns: 1)
        tape.set(targets, to: [0, 0.3, 1, 0.8])
        let loss = tape.add(tape.logLoss(picked, targets: targets), tape.mean(dropped))
        tape.initialise(seed: 11)
        return (tape, loss)
    }

    @Test func `changes as finite differences say, through every operation`() {
        var (tape, loss) = Self.everything()
        tape.forward(dropoutSeed: 5)
        tape.backward(from: loss)
        let gradients = tape.weightGradients, weights = tape.weights
        func value(_ index: Int, _ change: Double) -> Double {
            var changed = weights
            changed[index] += change
            tape.setWeights(changed)
            tape.forward(dropoutSeed: 5)
            return tape.value(loss)
        }
        for index in weights.indices {
            let slope = (value(index, 1e-5) - value(index, -1e-5)) / 2e-5
            #expect(abs(slope - gradients[index]) < 1e-8, "weight \(index)")
        }
        #expect(gradients.allSatisfy { $0.isFinite })
        #expect(gradients.filter { $0 != 0 }.count > weights.count / 2)
    }

    @Test func `gives the same bits again, and others with another seed of what drops out`() {
        var (tape, loss) = Self.everything()
        let found = ([5, 6, 5] as [UInt64]).map { seed in
            tape.forward(dropoutSeed: seed)
            return tape.value(loss)
        }
        #expect(found[0] == found[2])
        #expect(found[0] != found[1])
    }

    @Test func `drops nothing out unless it is told a seed`() {
        var tape = Tape()
        let x = tape.input(rows: 20, columns: 50), y = tape.dropout(x, rate: 0.3)
        tape.set(x, to: [Double](repeating: 1, count: 1000))
        tape.forward()
        #expect(tape.values(y).allSatisfy { $0 == 1 })
        tape.forward(dropoutSeed: 1)
        let out = tape.values(y).filter { $0 == 0 }.count
        #expect((240...360).contains(out))
        #expect(tape.values(y).allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-15 })
    }

    @Test func `is a value: a copy learns for itself`() {
        let (tape, loss) = Self.everything()
        var other = tape, adam = Adam(rate: 0.1)
        other.forward()
        other.backward(from: loss)
        adam.step(&other)
        #expect(tape.weights != other.weights)
    }
}

@Suite struct `A step of Adam` {
    /// What PyTorch's AdamW has after 3 steps down x^2 + 3 x from 1 and -2, rate 0.1, decay 0.01,
    /// with the gradient shortened to 2 each time.
    @Test func `is that of PyTorch`() {
        var tape = Tape()
        let x = tape.parameter(rows: 1, columns: 2, .constant(1))
        let loss = tape.affine(
            tape.mean(tape.add(tape.square(x), tape.affine(x, factor: 3))), factor: 2)
        tape.setWeights([1, -2])
        var adam = Adam(rate: 0.1, decay: 0.01, clip: 2)
        for _ in 0..<3 {
            tape.forward()
            tape.backward(from: loss)
            adam.step(&tape)
        }
        let weights = tape.weights
        #expect(abs(weights[0] - 0.6972494235162479) < 1e-12)
        #expect(abs(weights[1] - (-1.6980340933942082)) < 1e-12)
    }
}

@Suite struct `An elementary function` {
    private static let points = (0..<20_000).map { 60 * Reference.u($0) + Reference.u(3 * $0) }

    @Test func `is that of the C library, to a few units in the last place`() {
        for x in Self.points {
            #expect(abs(Elementary.exp(x) / Glibc.exp(x) - 1) < 5e-16, "exp \(x)")
            #expect(abs(Elementary.tanh(x) - Glibc.tanh(x)) < 5e-16, "tanh \(x)")
            let sigmoid = 1 / (1 + Glibc.exp(-x))
            #expect(abs(Elementary.sigmoid(x) - sigmoid) < 5e-16, "sigmoid \(x)")
            guard x > 0 else { continue }
            let size = max(1, abs(Glibc.log(x)))
            #expect(abs(Elementary.log(x) - Glibc.log(x)) < 4e-16 * size, "log \(x)")
        }
    }

    @Test func `has an answer at the edges`() {
        #expect(Elementary.exp(710) == .infinity)
        #expect(abs(Elementary.exp(709.6) / Glibc.exp(709.6) - 1) < 1e-14)
        #expect(Elementary.exp(-1000) == 0)
        #expect(Elementary.exp(.nan).isNaN && Elementary.log(-1).isNaN)
        #expect(Elementary.log(0) == -.infinity && Elementary.log(.infinity) == .infinity)
        #expect(
            abs(
                Elementary.log(Double.leastNonzeroMagnitude)
                    - Glibc.log(Double.leastNonzeroMagnitude)) < 1e-12)
        #expect(Elementary.tanh(-50) == -1 && Elementary.tanh(.infinity) == 1)
        #expect(Elementary.softplus(1e9) == 1e9 && Elementary.softplus(-1e9) == 0)
    }
}
