import RialtoLearning
import RialtoValues
import Testing

extension SequenceNetwork {
    /// Weights, windows and targets by the formula that the reference shares.
    init(_ reference: Reference, batch: Int = 3) {
        self.init(reference.shape, batch: batch)
        tape.setWeights((0..<tape.weightCount).map { 0.8 * Reference.u($0 + 1) })
        let length = shape.length, width = shape.features
        for window in 0..<batch {
            for place in 0..<length {
                setRow(window: window, place: place) { row in
                    for index in 0..<width {
                        let k = (window * length + place) * width + index
                        row[index] = 2 * Reference.u(7 * k + 3)
                    }
                }
            }
            setTarget(window: window, Double(window % 2))
        }
    }
}

@Suite struct `A network that reads windows` {
    static let references: [@Sendable () throws -> Reference] = [
        { try Reference.lstm() }, { try Reference.transformer() },
    ]

    @Test(arguments: references)
    func `has the loss, the logits and every gradient of PyTorch`(
        _ make: @Sendable () throws -> Reference
    ) throws {
        let reference = try make()
        var network = SequenceNetwork(reference)
        network.tape.forward()
        network.tape.backward(from: network.loss)
        #expect(abs(network.tape.value(network.loss) - reference.loss) < 1e-12)
        for (window, logit) in reference.logits.enumerated() {
            #expect(abs(network.logit(window: window) - logit) < 1e-12)
        }
        let gradients = network.tape.weightGradients
        #expect(gradients.count == reference.matrices.reduce(0) { $0 + $1.count })
        var start = 0
        for (number, matrix) in reference.matrices.enumerated() {
            let found = Array(gradients[start..<start + matrix.count])
            let product = found.enumerated().reduce(0) { $0 + $1.1 * Reference.u($1.0 + 1) }
            #expect(abs(found[0] - matrix.first) < 1e-12, "matrix \(number)")
            #expect(abs(found[matrix.count - 1] - matrix.last) < 1e-12, "matrix \(number)")
            #expect(abs(product - matrix.product) < 1e-12, "matrix \(number)")
            start += matrix.count
        }
    }

    @Test(arguments: references)
    func `changes with every weight as finite differences say, to a millionth`(
        _ make: @Sendable () throws -> Reference
    ) throws {
        var network = SequenceNetwork(try make())
        network.tape.forward()
        network.tape.backward(from: network.loss)
        let gradients = network.tape.weightGradients, weights = network.tape.weights
        func loss(_ index: Int, _ change: Double) -> Double {
            var changed = weights
            changed[index] += change
            network.tape.setWeights(changed)
            network.tape.forward()
            return network.tape.value(network.loss)
        }
        let far = weights.indices.map { index in
            abs((loss(index, 1e-5) - loss(index, -1e-5)) / 2e-5 - gradients[index])
        }
        #expect(far.max() ?? 1 < 1e-6)
        #expect(gradients.contains { abs($0) > 1e-2 })
    }

    @Test func `that is causal shows rows no later one`() throws {
        var tape = Tape()
        let x = tape.input(rows: 6, columns: 4)
        let seen = tape.attention(
            queries: x, keys: x, values: x, length: 3, heads: 2, isCausal: true)
        tape.set(x, to: (0..<24).map { Reference.u($0) })
        tape.forward()
        let before = Array(tape.values(seen))
        tape.set(x) { $0[2 * 4 + 1] += 5 }  // The last row of the first block
        tape.forward()
        let after = Array(tape.values(seen))
        #expect(before[..<8] == after[..<8])
        #expect(before[8..<12] != after[8..<12])
        #expect(before[12...] == after[12...])
    }

    @Test(arguments: references)
    func `gives a window the same logit alone as among others`(
        _ make: @Sendable () throws -> Reference
    ) throws {
        let reference = try make()
        var together = SequenceNetwork(reference), alone = SequenceNetwork(reference, batch: 1)
        together.tape.forward()
        alone.tape.forward()
        #expect(together.logit(window: 0) == alone.logit(window: 0))
    }

    @Test func `refuses a shape that cannot be, and says what is allowed`() {
        func refusal(_ make: () throws -> NetworkShape) -> String? {
            #expect(throws: NetworkShape.Refusal.self) { try make() }?.text
        }
        #expect(
            refusal { try NetworkShape(.lstm, features: 3, length: 5, width: 0) }
                == "width was 0; allowed is 1...512")
        #expect(
            refusal { try NetworkShape(.transformer, features: 3, length: 5, width: 6, heads: 4) }
                == "heads was 4, which does not divide the width of 6")
        #expect(
            refusal {
                try NetworkShape(.lstm, features: 3, length: 5, width: 4, dropout: .nan)
            } == "dropout was nan; allowed is 0...0.9")
    }
}

@Suite struct `A trainer` {
    /// The sign of the number three rows ago comes true nine times of ten.
    private static func data(_ count: Int, seed: UInt64) -> SequenceData {
        var random = SeededGenerator(seed: seed)
        let rows = (0..<2 * count).map { _ in 2 * random.unit() - 1 }
        let targets = (0..<count).map { row in
            let isUp = row >= 3 && rows[2 * (row - 3)] > 0
            return (isUp != (random.unit() < 0.1)) ? 1.0 : 0
        }
        return SequenceData(features: 2, rows: rows, targets: targets)
    }

    private static func trainer(
        _ kind: NetworkShape.Kind, dropout: Double = 0.1
    ) throws -> SequenceTrainer {
        let shape = try NetworkShape(
            kind, features: 2, length: 5, width: 8, heads: kind == .lstm ? 1 : 2, dropout: dropout)
        var settings = TrainingSettings()
        settings.epochs = 40
        settings.patience = 8
        settings.rate = 1e-2
        return SequenceTrainer(shape, settings, seed: 7)
    }

    @Test(arguments: NetworkShape.Kind.allCases)
    func `learns what lies some rows back, and foretells rows that it has not seen`(
        _ kind: NetworkShape.Kind
    ) throws {
        let data = Self.data(2000, seed: 1)
        var trainer = try Self.trainer(kind)
        let epochs = trainer.train(
            data, training: Array(4..<1200), validation: Array(1200..<1500))
        let logits = trainer.logits(data, Array(1500..<2000))
        let right = zip(logits, 1500...).filter { ($0 > 0) == (data.targets[$1] > 0.5) }.count
        #expect(right > 425, "of 500, where 450 can be foretold")
        #expect(epochs.last.map { $0.training < 0.5 } == true)
    }

    @Test(arguments: NetworkShape.Kind.allCases)
    func `gives the same weights for the same seed, bit for bit`(
        _ kind: NetworkShape.Kind
    ) throws {
        let data = Self.data(400, seed: 2)
        let weights = try (0..<2).map { _ in
            var trainer = try Self.trainer(kind, dropout: 0.3)
            _ = trainer.train(data, training: Array(4..<300), validation: Array(300..<400))
            return trainer.network.tape.weights
        }
        #expect(weights[0] == weights[1])
    }

    @Test func `stops when nothing gets better, and keeps the best weights`() throws {
        var random = SeededGenerator(seed: 3)
        let noise = SequenceData(
            features: 2, rows: (0..<800).map { _ in random.unit() },
            targets: (0..<400).map { _ in random.unit() < 0.5 ? 1 : 0 })
        var trainer = try Self.trainer(.lstm)
        let ends = Array(300..<400)
        let epochs = trainer.train(noise, training: Array(4..<300), validation: ends)
        let best = epochs.map(\.validation).min()
        #expect(epochs.count < 40)
        #expect(epochs.suffix(8).allSatisfy { !$0.isBest })
        let loss = zip(trainer.logits(noise, ends), ends).reduce(0) {
            $0 + Elementary.softplus($1.0) - noise.targets[$1.1] * $1.0
        }
        #expect(abs(loss / 100 - (best ?? 0)) < 1e-12)
    }
}
