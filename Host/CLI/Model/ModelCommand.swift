import RialtoLearning
import RialtoText

/// `rialto model`: models that are trained here, and what they are worth.
enum ModelCommand {
    static var command: Command {
        Command(
            "model", "train models, and see what they are worth",
            commands: [
                ModelTrain.command, ModelTune.command, ModelEvaluate.command,
                ModelCardCommand.card, ModelCardCommand.compare, ModelWrap.command,
                ModelEnginesCommand.command,
            ])
    }

    /// Reads a model file.
    static func file(_ path: String) throws(HouseMessage) -> ModelFile {
        let bytes = try TextFile.read(path, limit: ModelFile.sizeMax)
        do throws(ModelFileError) {
            return try ModelFile(bytes: bytes)
        } catch {
            throw HouseMessage(
                "\(path) was refused: \(error.text)", help: "train it again with rialto model train"
            )
        }
    }
}
