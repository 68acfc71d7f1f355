/// What another machine gives that runs the same file over the same data.
package enum Determinism: String, Sendable {
    /// The same records, bit for bit.
    case exact
    /// Almost the same: an engine took part that cannot promise bits.
    case tolerance
}

extension RunTables {
    /// Engines that plugins of the run compute with, each once, sorted by name.
    package var engines: [String] {
        let named = ["models", "instances", "exchanges"].flatMap { self[$0].texts("engines") }
        return Set(named.flatMap { $0.split(separator: " ").map(String.init) }).sorted()
    }

    /// Whether another machine gives the same records. What the plugins' manifests say counts.
    package var determinism: Determinism { engines.isEmpty ? .exact : .tolerance }
}
