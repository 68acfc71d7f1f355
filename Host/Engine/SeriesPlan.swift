/// What one instance has to do with named series.
package struct SeriesMember {
    package let id: String
    /// Names, in the order of the instance's own numbers.
    package let publishes: [String]
    package let reads: [String]

    package init(id: String, publishes: [String], reads: [String]) {
        self.id = id
        self.publishes = publishes
        self.reads = reads
    }
}

/// What is wrong with who publishes and who reads.
package enum SeriesProblem: Equatable, Sendable {
    /// Several models publish under one name.
    case doubled(name: String, publishers: [String])
    /// Nobody publishes under a name that is read; `known` are the names that there are.
    case unknown(name: String, reader: String, known: [String])
    /// Models wait for each other: each reads the named series of the next, the last of the first.
    case circle([(reader: String, name: String)])

    package static func == (a: SeriesProblem, b: SeriesProblem) -> Bool {
        switch (a, b) {
        case (.doubled(let name, let list), .doubled(let other, let others)):
            name == other && list == others
        case (.unknown(let name, let reader, let known), .unknown(let other, let one, let all)):
            name == other && reader == one && known == all
        case (.circle(let path), .circle(let other)):
            path.map(\.reader) == other.map(\.reader) && path.map(\.name) == other.map(\.name)
        default: false
        }
    }
}

/// The named series of a run: each has a number and one publisher.
package struct SeriesPlan {
    /// By number.
    package private(set) var names: [String] = []
    /// All that is wrong; a run starts only where it is empty.
    package private(set) var problems: [SeriesProblem] = []
    /// Index of the model that publishes, by name.
    private var publishers: [String: Int] = [:]
    private var numbers: [String: UInt32] = [:]

    /// - Parameters:
    ///   - models: In the order of the run.
    ///   - strategies: They only read.
    package init(models: [SeriesMember], strategies: [SeriesMember]) {
        for (index, model) in models.enumerated() {
            for name in model.publishes { add(name, of: index, models) }
        }
        for reader in models + strategies {
            for name in reader.reads where publishers[name] == nil {
                problems.append(.unknown(name: name, reader: reader.id, known: names))
            }
        }
        findCircles(models)
    }

    private mutating func add(_ name: String, of index: Int, _ models: [SeriesMember]) {
        guard let other = publishers[name] else {
            publishers[name] = index
            numbers[name] = UInt32(names.count)
            names.append(name)
            return
        }
        problems.append(.doubled(name: name, publishers: [models[other].id, models[index].id]))
    }

    /// Numbers in the run of names that are known.
    package func numbers(of names: [String]) -> [UInt32] { names.compactMap { numbers[$0] } }

    /// Looks for models that wait for each other; of what hangs together one circle is told.
    private mutating func findCircles(_ models: [SeriesMember]) {
        var isDone = models.map { _ in false }
        for index in models.indices where !isDone[index] {
            var path: [(model: Int, name: String)] = []
            visit(index, models, &isDone, &path)
        }
    }

    private mutating func visit(
        _ index: Int, _ models: [SeriesMember], _ isDone: inout [Bool],
        _ path: inout [(model: Int, name: String)]
    ) {
        for name in models[index].reads {
            guard let next = publishers[name], !isDone[next] else { continue }
            path.append((index, name))
            if let first = path.firstIndex(where: { $0.model == next }) {
                problems.append(.circle(path[first...].map { (models[$0.model].id, $0.name) }))
            } else {
                visit(next, models, &isDone, &path)
            }
            path.removeLast()
        }
        isDone[index] = true
    }
}
