using Gyre.Models.Conversion;
using Gyre.Models.Weights;

namespace Gyre.Training.Compression.Distillation;

/// <summary>A student as a GGUF file: its own shape and weights, the vocabulary and template of its teacher's file.</summary>
/// <remarks>Owns: both, until disposed.</remarks>
internal sealed class StudentSource(GgufSource student, GgufFile teacher) : GgufSource
{
    private const string Vocabulary = "tokenizer.";

    public override string Architecture => student.Architecture;

    public override IReadOnlyList<GgufSourceTensor> Tensors => student.Tensors;

    public override void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except)
    {
        student.WriteKeys(writer, [.. except, .. teacher.Metadata.Keys.Where(IsVocabulary)]);
        writer.CopyMetadata(teacher.Metadata, key => IsVocabulary(key) && !except.Contains(key));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            student.Dispose();
            teacher.Dispose();
        }
    }

    private static bool IsVocabulary(string key) => key.StartsWith(Vocabulary, StringComparison.Ordinal);
}
