using static Gyre.Models.Weights.WeightErrors;

namespace Gyre.Models.Encoders;

/// <summary>Builds the errors of encoder-only models and their tasks.</summary>
internal static class EncoderErrors
{
    public static ModelException BadSettings(string path, string found, string expected) => new(
        "RUN0601", $"Reading how a model makes vectors: {found} in {Quote(path)}; expected {expected}. Correct the file, or fetch the model again.");

    public static ModelException WrongKind(string name, ModelKind kind, string wanted) => new(
        "RUN0602", $"Using model {Quote(name)}: it is a model for {kind.ToText()}; {wanted} was asked of it. Choose a model for that: 'gyre models' tells each one's kind.");

    public static ModelException NoMask(string found, string next) => new(
        "RUN0603", $"Filling masked words: {found}; expected a text with the model's mask token. {next}");

    public static ModelException BadOption(string operation, string found, string expected) => new(
        "RUN0604", $"{operation}: {found}; expected {expected}. Correct the option.");

    public static ModelException TooLong(int index, int tokens, int limit) => new(
        "RUN0301",
        $"Reading texts: text {index} has {tokens} tokens; this model reads {limit} at most. Shorten it, or allow that its end is cut off.");
}
