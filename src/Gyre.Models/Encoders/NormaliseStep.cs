namespace Gyre.Models.Encoders;

/// <summary>Scales a vector to length 1.</summary>
internal sealed class NormaliseStep : ISentenceStep
{
    private const float Least = 1e-12f;

    public int WidthAfter(int width) => width;

    public float[] Apply(float[] vector)
    {
        ToLengthOne(vector);
        return vector;
    }

    public static void ToLengthOne(Span<float> vector) =>
        VectorRows.Divide(vector, Math.Max(MathF.Sqrt(VectorRows.Dot(vector, vector)), Least));
}
