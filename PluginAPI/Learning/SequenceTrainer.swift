import RialtoValues

/// Windows to learn from: each ends at a row of a table.
public struct SequenceData: Sendable {
    /// Numbers in a row.
    public let features: Int
    /// All rows, one behind the other, standardised.
    public let rows: [Double]
    /// What came true after each row, 0...1; what is not known is never asked for.
    public let targets: [Double]

    /// - Parameter rows: `features` numbers for each of `targets`.
    public init(features: Int, rows: [Double], targets: [Double]) {
        precondition(rows.count == features * targets.count, "a row for each target")
        self.features = features
        self.rows = rows
        self.targets = targets
    }
}

/// How a network is trained.
public struct TrainingSettings: Hashable, Sendable {
    /// Windows of one change of the weights.
    public var batch = 32
    /// Most times that it goes through all windows.
    public var epochs = 30
    /// Epochs without a better validation after which it stops.
    public var patience = 4
    /// Size of a step of the weights.
    public var rate = 2e-3
    /// Weight decay.
    public var decay = 1e-2
    /// Longest gradient.
    public var gradientMax = 1.0

    public init() {}
}

/// Trains a network on windows, and stops when others, kept apart, are foretold no better.
public struct SequenceTrainer: Sendable {
    /// What an epoch came to.
    public struct Epoch: Hashable, Sendable {
        /// From 1.
        public let number: Int
        /// Mean log loss while it learned, in nats.
        public let training: Double
        /// Mean log loss of the windows kept apart, in nats.
        public let validation: Double
        /// Whether it is the best so far.
        public let isBest: Bool
    }

    /// How it trains.
    public let settings: TrainingSettings
    /// With the best weights, once trained.
    public private(set) var network: SequenceNetwork
    private let seed: UInt64
    private var weightsBefore: [Double]

    /// - Parameter seed: The whole of its learning follows from it and the data.
    public init(_ shape: NetworkShape, _ settings: TrainingSettings, seed: UInt64) {
        precondition(settings.batch > 0 && settings.epochs > 0 && settings.patience > 0)
        self.settings = settings
        self.seed = seed
        network = SequenceNetwork(shape, batch: settings.batch)
        network.tape.initialise(seed: seed)
        weightsBefore = network.tape.weights
    }

    /// Trains, and keeps the weights of the best epoch.
    ///
    /// - Parameters:
    ///   - training: Last rows of windows, at least a batch of them.
    ///   - validation: Last rows of windows kept apart, 1 or more.
    ///   - progress: Is told of each epoch; false ends the training.
    /// - Returns: Every epoch.
    public mutating func train(
        _ data: SequenceData, training: [Int], validation: [Int],
        progress: (Epoch) -> Bool = { _ in true }
    ) -> [Epoch] {
        precondition(training.count >= settings.batch && !validation.isEmpty)
        var adam = Adam(rate: settings.rate, decay: settings.decay, clip: settings.gradientMax)
        var random = SeededGenerator(seed: seed ^ 0x7261_6E64), order = training
        var epochs: [Epoch] = [], best = Double.infinity, since = 0
        while epochs.count < settings.epochs, since < settings.patience {
            order.shuffle(&random)
            let learned = pass(data, order, &adam, &random)
            let found = logLoss(data, validation)
            since = found < best ? 0 : since + 1
            if found < best {
                best = found
                weightsBefore = network.tape.weights
            }
            epochs.append(
                Epoch(
                    number: epochs.count + 1, training: learned, validation: found,
                    isBest: since == 0))
            guard let last = epochs.last, progress(last) else { break }
        }
        network.tape.setWeights(weightsBefore)
        return epochs
    }

    /// One change of the weights for each whole batch.
    private mutating func pass(
        _ data: SequenceData, _ order: [Int], _ adam: inout Adam, _ random: inout SeededGenerator
    ) -> Double {
        var sum = 0.0, count = 0.0, start = 0
        while start + settings.batch <= order.count {
            for window in 0..<settings.batch { load(data, order[start + window], window) }
            network.tape.forward(dropoutSeed: random.next())
            network.tape.backward(from: network.loss)
            adam.step(&network.tape)
            sum += network.tape.value(network.loss)
            count += 1
            start += settings.batch
        }
        return sum / count
    }

    /// The logit of each window, by its last row.
    public mutating func logits(_ data: SequenceData, _ ends: [Int]) -> [Double] {
        var logits: [Double] = []
        logits.reserveCapacity(ends.count)
        for start in stride(from: 0, to: ends.count, by: settings.batch) {
            let count = min(settings.batch, ends.count - start)
            for window in 0..<count { load(data, ends[start + window], window) }
            network.tape.forward()
            for window in 0..<count { logits.append(network.logit(window: window)) }
        }
        return logits
    }

    private mutating func logLoss(_ data: SequenceData, _ ends: [Int]) -> Double {
        let logits = logits(data, ends)
        var sum = 0.0
        for (logit, end) in zip(logits, ends) {
            sum += Elementary.softplus(logit) - data.targets[end] * logit
        }
        return sum / Double(ends.count)
    }

    private mutating func load(_ data: SequenceData, _ end: Int, _ window: Int) {
        let length = network.shape.length, width = data.features
        precondition(end >= length - 1 && end < data.targets.count, "a whole window")
        for place in 0..<length {
            let row = (end - length + 1 + place) * width
            network.setRow(window: window, place: place) { numbers in
                for index in 0..<width { numbers[index] = data.rows[row + index] }
            }
        }
        network.setTarget(window: window, data.targets[end])
    }
}
