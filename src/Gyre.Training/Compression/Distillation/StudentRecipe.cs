using Gyre.Training.Recipes;

namespace Gyre.Training.Compression.Distillation;

/// <summary>What learns: some layers of the teacher, a shape with random weights, or a given model. Exactly one of them.</summary>
public sealed record StudentRecipe
{
    /// <summary>Every so many of the teacher's layers, the first one included, with its embeddings and norms; 0 for another student.</summary>
    public required int Every { get; init; }

    /// <summary>A smaller shape, with random weights; what is null is as the teacher has it. Null for another student.</summary>
    public required StudentShape? Shape { get; init; }

    /// <summary>A folder or file with a model; empty for another student.</summary>
    public required string Base { get; init; }

    internal static StudentRecipe Read(RecipeSection section, string folder)
    {
        var (hasEvery, hasShape, hasBase) = (section.Has("every"), section.Has("shape"), section.Has("base"));
        if (section.IsPresent && (hasEvery ? 1 : 0) + (hasShape ? 1 : 0) + (hasBase ? 1 : 0) != 1)
        {
            section.Fault(hasShape ? "shape" : hasBase ? "base" : "every", "needs exactly one of 'every' (layers of the teacher), 'shape' (random weights) and 'base' (a model).");
        }

        var shape = section.Section("shape");
        var student = new StudentRecipe
        {
            Every = hasEvery ? section.Integer("every", null, 1, 1024) : 0,
            Shape = hasShape ? StudentShape.Read(shape) : null,
            Base = hasBase ? Path.GetFullPath(section.Text("base", null), folder) : "",
        };
        section.Finish();
        return student;
    }
}
