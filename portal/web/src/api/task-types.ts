import type { JsonObject } from './types';

export interface ParameterStep {
  title: string;
  description?: string;
  schema: JsonObject;
}
export interface ParameterSchema {
  title: string;
  description?: string;
  presentation?: { buttonLabels?: { backButtonText?: string; createButtonText?: string; reviewButtonText?: string } };
  steps: ParameterStep[];
}
export type TaskStatus = 'open' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'skipped';
export interface TaskStep {
  id: string;
  name: string;
  action: string;
  if?: unknown;
}
export interface Task {
  id: string;
  status: TaskStatus;
  createdAt: string;
  lastHeartbeatAt?: string;
  createdBy?: string;
  spec: {
    steps: TaskStep[];
    parameters: JsonObject;
    user?: { ref?: string };
    templateInfo?: { entityRef: string; entity?: { metadata?: { title?: string; name?: string } } };
  };
}
export interface TaskOutput {
  links?: { title?: string; url?: string; entityRef?: string; icon?: string }[];
  text?: { title?: string; content?: string; icon?: string }[];
  [key: string]: unknown;
}
export interface TaskEvent {
  id: number;
  taskId: string;
  type: 'log' | 'completion' | 'cancelled' | 'recovered';
  createdAt: string;
  body: {
    message: string;
    stepId?: string;
    status?: TaskStatus;
    output?: TaskOutput;
    error?: { name?: string; message?: string };
  };
}
export interface TaskPreview {
  steps: { id: string; name: string; action: string }[];
  entities: unknown[];
}
