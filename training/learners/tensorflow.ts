import type * as TensorFlow from '@tensorflow/tfjs';

/** TensorFlow.js with the fastest backend that this machine has. */
export interface Backend {
  readonly tf: typeof TensorFlow;
  readonly name: 'native' | 'wasm' | 'cpu';
}

let loaded: Promise<Backend> | undefined;

/** Loads TensorFlow.js once: native where `tfjs-native` is installed, else WebAssembly, else plain JavaScript. */
export const loadBackend = (): Promise<Backend> => {
  loaded ??= pickBackend();
  return loaded;
};

const pickBackend = async (): Promise<Backend> => {
  const tf = await import('@tensorflow/tfjs');
  if (await loadNative()) return { tf, name: 'native' };
  tf.env().set('PROD', true);
  if (await loadWasm(tf)) return { tf, name: 'wasm' };
  await tf.setBackend('cpu');
  return { tf, name: 'cpu' };
};

/** The native package registers itself as the backend of the same TensorFlow.js. */
const loadNative = async (): Promise<boolean> => {
  try {
    const name = 'tfjs-native';
    await import(name);
    return true;
  } catch {
    return false;
  }
};

const loadWasm = async (tf: typeof TensorFlow): Promise<boolean> => {
  try {
    await import('@tensorflow/tfjs-backend-wasm');
    return await tf.setBackend('wasm');
  } catch {
    return false;
  }
};
