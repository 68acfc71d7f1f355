/// Asks a trained model row by row, as bars close.
public struct Forecaster: Sendable {
    /// What it was made from.
    public let file: ModelFile
    private var asked: Asked
    /// The latest rows, standardised; the oldest is overwritten next.
    private var window: [Double]
    /// How far each row of `window` lies from those that were learned from.
    private var distances: [Double]
    private let length: Int
    private var count = 0

    private enum Asked: Sendable {
        case sequence(SequenceNetwork)
        case policy(PolicyNetwork)
        case engine(EngineShape, WindowScore)
        /// While it is asked: it has one owner then, and is not copied.
        case none
    }

    /// What a model says.
    public enum Opinion: Hashable, Sendable {
        /// Probability that the price is higher after the horizon, 0...1.
        case probabilityUp(Double)
        /// The position that it wants, -1, 0 or 1 of the capital.
        case position(Double)
    }

    /// Computes what an engine's model says of the latest rows: ``EngineShape/length`` of them, the
    /// oldest first, standardised. Nil when it says nothing.
    public typealias WindowScore = @Sendable (UnsafeBufferPointer<Double>) -> Double?

    /// - Parameters:
    ///   - file: A trained model.
    ///   - score: Computes it, where ``ModelFile/network`` is an engine's; without it such a model
    ///     says nothing.
    public init(_ file: ModelFile, score: WindowScore? = nil) {
        self.file = file
        switch file.network {
        case .sequence(let shape):
            var network = SequenceNetwork(shape, batch: 1)
            network.tape.setWeights(file.weights)
            asked = .sequence(network)
            length = shape.length
        case .policy(let shape):
            var network = PolicyNetwork(shape, batch: 1)
            network.tape.setWeights(file.weights)
            asked = .policy(network)
            length = 1
        case .engine(let shape):
            asked = score.map { .engine(shape, $0) } ?? .none
            length = shape.length
        }
        window = [Double](repeating: 0, count: length * file.features.count)
        distances = [Double](repeating: 0, count: length)
    }

    /// Takes the row of a bar that has closed. Where something is not known, it begins anew.
    ///
    /// - Parameter row: As many numbers as the file has features.
    public mutating func take(_ row: [Double]) {
        let width = file.features.count
        precondition(row.count == width, "a number for each feature")
        guard row.allSatisfy(\.isFinite) else {
            count = 0
            return
        }
        let start = count % length * width
        for index in 0..<width { window[start + index] = file.standardised(row[index], index) }
        distances[count % length] = file.distance(of: row)
        count += 1
    }

    /// How far the farthest of the latest rows lies from those that the model has learned from, as
    /// ``ModelFile/distance(of:)`` says: about 1 among them.
    public var distance: Double { distances.max() ?? 0 }

    /// Whether it has seen enough rows to be asked.
    public var isReady: Bool { count >= length }

    /// What the model says of the rows that it took; nil until it is ready.
    ///
    /// - Parameter position: The position before, -1...1, which a policy looks at.
    public mutating func opinion(position: Double = 0) -> Opinion? {
        guard isReady else { return nil }
        switch asked {
        case .sequence(var network):
            asked = .none
            let probability = ask(&network)
            asked = .sequence(network)
            return .probabilityUp(probability)
        case .policy(var network):
            asked = .none
            let width = file.features.count
            network.observe { numbers in
                for index in 0..<width { numbers[index] = window[index] }
                numbers[width] = position
            }
            network.tape.forward()
            asked = .policy(network)
            return .position(Double(network.best() - 1))
        case .engine(let shape, let score):
            guard let logit = ordered(score).flatMap(shape.logit) else { return nil }
            return .probabilityUp(file.probability(logit: logit))
        case .none: return nil
        }
    }

    /// What `score` says of the window, the oldest row first.
    private func ordered(_ score: WindowScore) -> Double? {
        let width = file.features.count
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: length * width) { rows in
            for place in 0..<length {
                let start = (count + place) % length * width
                for index in 0..<width {
                    rows.initializeElement(at: place * width + index, to: window[start + index])
                }
            }
            return score(UnsafeBufferPointer(rows))
        }
    }

    private mutating func ask(_ network: inout SequenceNetwork) -> Double {
        let width = file.features.count
        for place in 0..<length {
            let start = (count + place) % length * width
            network.setRow(window: 0, place: place) { numbers in
                for index in 0..<width { numbers[index] = window[start + index] }
            }
        }
        network.tape.forward()
        return file.probability(logit: network.logit(window: 0))
    }
}

extension ModelFile {
    /// Farthest that a standardised feature counts, in deviations.
    public static let reach = 8.0

    /// A feature as the network sees it, -``reach``...``reach``.
    public func standardised(_ value: Double, _ feature: Int) -> Double {
        let number = (value - means[feature]) / deviations[feature]
        return min(Self.reach, max(-Self.reach, number))
    }

    /// How far a row lies from those that were learned from: the root of the mean square of its
    /// features, each in deviations from its mean there. Such rows have 1 on average.
    public func distance(of row: [Double]) -> Double {
        let sum = row.indices.reduce(0.0) { sum, index in
            let number = (row[index] - means[index]) / deviations[index]
            return sum + number * number
        }
        return (sum / Double(max(1, row.count))).squareRoot()
    }

    /// The calibrated probability of a logit.
    public func probability(logit: Double) -> Double {
        Elementary.sigmoid(slope * logit + intercept)
    }
}
