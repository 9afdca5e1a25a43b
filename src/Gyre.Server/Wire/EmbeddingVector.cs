using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>A vector, written as numbers or as base64 of 32-bit little-endian floats.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record EmbeddingVector(ReadOnlyMemory<float> Values, bool IsBase64)
{
    internal sealed class Converter : JsonConverter<EmbeddingVector>
    {
        public override EmbeddingVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Vectors are only written.");

        public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
        {
            if (value.IsBase64)
            {
                writer.WriteBase64StringValue(LittleEndian(value.Values.Span));
                return;
            }

            writer.WriteStartArray();
            foreach (var number in value.Values.Span)
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
        }

        private static ReadOnlySpan<byte> LittleEndian(ReadOnlySpan<float> values)
        {
            if (BitConverter.IsLittleEndian)
            {
                return MemoryMarshal.AsBytes(values);
            }

            var bytes = new byte[values.Length * sizeof(float)];
            for (var i = 0; i < values.Length; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
            }

            return bytes;
        }
    }
}
