// swift-tools-version: 6.2
// The contract and the kits. An author's build needs this folder and nothing of the host.
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
    name: "PluginAPI",
    products: [
        .library(name: "CRialto", targets: ["CRialto"]),
        .library(name: "RialtoValues", targets: ["RialtoValues"]),
        .library(name: "RialtoKit", targets: ["RialtoKit"]),
        .library(name: "RialtoTestHost", targets: ["RialtoTestHost"]),
        .library(name: "RialtoIndicators", targets: ["RialtoIndicators"]),
        .library(name: "RialtoFeatures", targets: ["RialtoFeatures"]),
        .library(name: "RialtoSentiment", targets: ["RialtoSentiment"]),
        .library(name: "RialtoLLM", targets: ["RialtoLLM"]),
        .library(name: "RialtoLearning", targets: ["RialtoLearning"]),
        .library(name: "RialtoEngines", targets: ["RialtoEngines"]),
        .library(name: "RialtoTrained", targets: ["RialtoTrained"]),
    ],
    targets: [
        .target(name: "CRialto", path: "CRialto"),
        .target(name: "RialtoValues", path: "Values", swiftSettings: strict),
        .target(name: "RialtoKit", dependencies: ["CRialto"], path: "Kit", swiftSettings: strict),
        .target(
            name: "RialtoTestHost", dependencies: ["RialtoKit"], path: "TestHost",
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "RialtoIndicators", path: "Indicators", exclude: ["README.md"],
            swiftSettings: strict),
        .target(
            name: "RialtoFeatures", dependencies: ["RialtoIndicators"], path: "Features",
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "RialtoSentiment", path: "Sentiment", exclude: ["README.md"],
            swiftSettings: strict),
        .target(
            name: "RialtoLLM", dependencies: ["RialtoIndicators", "RialtoValues"], path: "LLM",
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "RialtoLearning", dependencies: ["RialtoValues"], path: "Learning",
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "RialtoEngines", dependencies: ["RialtoLearning"], path: "Engines",
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "RialtoTrained",
            dependencies: ["RialtoKit", "RialtoFeatures", "RialtoLearning", "RialtoEngines"],
            path: "Trained",
            exclude: ["README.md"], swiftSettings: strict),
    ]
)
