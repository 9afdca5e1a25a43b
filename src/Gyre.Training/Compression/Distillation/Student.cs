using System.Globalization;
using System.Text.RegularExpressions;
using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Training.Bases;

namespace Gyre.Training.Compression.Distillation;

/// <summary>Makes the model that learns.</summary>
internal static partial class Student
{
    /// <summary>The student's shape.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0461</c> sizes that make no model.</remarks>
    public static DecoderConfiguration ConfigurationOf(StudentRecipe recipe, BaseModel teacher, BaseModel? own)
    {
        var configuration = own?.Configuration ?? recipe.Shape?.Of(teacher.Configuration);
        if (configuration is null)
        {
            var taken = Taken(recipe.Every, teacher.Configuration.Layers);
            configuration = teacher.Configuration with
            {
                Layers = taken.Count,
                SlidingLayers = teacher.Configuration.SlidingLayers.Count == 0 ? [] : [.. taken.Select(layer => teacher.Configuration.SlidingLayers[layer])],
            };
        }

        var faults = configuration.Validate();
        if (configuration.HeadWidth * configuration.Heads != configuration.HiddenSize && recipe.Shape is { HiddenSize: > 0 } or { Heads: > 0 })
        {
            faults = [.. faults, $"{configuration.Heads} heads do not divide hidden_size {configuration.HiddenSize}"];
        }

        return faults.Count == 0 ? configuration : throw new TrainingException(
            "TRN0461", $"Making the student failed: its sizes make no model: {string.Join("; ", faults)}. Correct 'student.shape'; what it leaves out is as the teacher has it.");
    }

    /// <summary>A new student with the weights that it begins with.</summary>
    /// <remarks>Owns: the caller disposes the result.</remarks>
    public static TrainableDecoder Create(StudentRecipe recipe, DecoderConfiguration configuration, TrainableDecoder teacher, BaseModel? own, TensorPool pool, ulong seed)
    {
        if (own is not null)
        {
            return own.Load(pool);
        }

        var student = new TrainableDecoder(configuration, pool, seed);
        if (recipe.Every > 0)
        {
            CopyLayers(teacher, student, recipe.Every);
        }

        return student;
    }

    /// <summary>Refuses a student that cannot be held to the teacher's predictions token by token.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0460</c>.</remarks>
    public static void RequireSameVocabulary(BaseModel teacher, BaseModel student)
    {
        var found = teacher.Configuration.VocabularySize != student.Configuration.VocabularySize
            ? $"the teacher has {teacher.Configuration.VocabularySize} tokens and the student {student.Configuration.VocabularySize}"
            : FirstDifference(teacher, student);
        if (found is not null)
        {
            throw new TrainingException(
                "TRN0460",
                $"Comparing teacher and student failed: {found}; expected one vocabulary, because predictions are compared token by token. Let the teacher write answers ('generated' instead of 'loss'), or choose a student of its vocabulary.");
        }
    }

    /// <summary>The teacher's layers that the student takes.</summary>
    internal static IReadOnlyList<int> Taken(int every, int layers) => [.. Enumerable.Range(0, (layers + every - 1) / every).Select(i => i * every)];

    private static string? FirstDifference(BaseModel teacher, BaseModel student)
    {
        for (var id = 0; id < Math.Min(teacher.Tokenizer.VocabularySize, student.Tokenizer.VocabularySize); id++)
        {
            if (teacher.Tokenizer.GetToken(id) != student.Tokenizer.GetToken(id))
            {
                return $"token {id} is '{teacher.Tokenizer.GetToken(id)}' of the teacher and '{student.Tokenizer.GetToken(id)}' of the student";
            }
        }

        return teacher.Tokenizer.VocabularySize == student.Tokenizer.VocabularySize
            ? null
            : $"the teacher's vocabulary has {teacher.Tokenizer.VocabularySize} tokens and the student's {student.Tokenizer.VocabularySize}";
    }

    private static void CopyLayers(TrainableDecoder teacher, TrainableDecoder student, int every)
    {
        var values = teacher.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal);
        foreach (var parameter in student.Parameters)
        {
            var name = Layer().Replace(
                parameter.Name, match => (int.Parse(match.Value, CultureInfo.InvariantCulture) * every).ToString(CultureInfo.InvariantCulture), 1);
            values[name].Span.CopyTo(parameter.Value.Span);
        }
    }

    /// <summary>The number of a layer: the first part of a name that is one.</summary>
    [GeneratedRegex(@"(?<=\.)[0-9]+(?=\.)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Layer();
}
